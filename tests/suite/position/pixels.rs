//! Pages as pixels, by `pdftoppm` of poppler-utils: a reader of PDF that nobody here wrote.

use std::{io::ErrorKind, path::PathBuf, process::Command};

/// Pixels per inch.
const RESOLUTION: f64 = 144.0;
/// Above this line, in points, a provider may print its id on every page.
const HEADER: f64 = 16.0;
/// How much a colour has to differ; what is less is the rounding of edges.
const DIFFERENT: u8 = 48;

/// A point of the displayed page, from its top left corner.
#[derive(Clone, Copy, PartialEq)]
pub struct Spot {
    pub x: f64,
    pub y: f64,
}

impl std::fmt::Debug for Spot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "({:.1}, {:.1})", self.x, self.y)
    }
}

pub struct Renderer {
    folder: tempfile::TempDir,
}

/// A rendered page.
pub struct Image {
    width: usize,
    height: usize,
    /// Red, green, blue of each pixel, row by row.
    bytes: Vec<u8>,
}

impl Renderer {
    /// The renderer, unless it is missing on a machine where that may be.
    pub fn find() -> Option<Self> {
        match Command::new("pdftoppm").arg("-v").output() {
            Ok(_) => Some(Self { folder: tempfile::tempdir().unwrap() }),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                assert!(
                    std::env::var("CI").as_deref() != Ok("true"),
                    "pdftoppm is missing; install poppler-utils"
                );
                println!("skipped: pdftoppm is missing; install poppler-utils to see where fields lie");
                None
            }
            Err(error) => panic!("pdftoppm: {error}"),
        }
    }

    /// A page, counted from 1, as a reader displays it.
    pub fn page(&self, pdf: &[u8], page: usize) -> Image {
        let file = |name: &str| -> PathBuf { self.folder.path().join(name) };
        std::fs::write(file("page.pdf"), pdf).unwrap();
        let number = page.to_string();
        let done = Command::new("pdftoppm")
            .args(["-r", &RESOLUTION.to_string(), "-f", &number, "-l", &number, "-cropbox", "-singlefile"])
            .args([file("page.pdf"), file("page")])
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        Image::parse(&std::fs::read(file("page.ppm")).unwrap())
    }
}

impl Image {
    /// A binary PPM: `P6`, width, height and 255 between white space, then the pixels.
    fn parse(ppm: &[u8]) -> Self {
        let mut rest = ppm;
        let mut word = || {
            let end = rest.iter().position(u8::is_ascii_whitespace).unwrap();
            let (word, tail) = rest.split_at(end);
            rest = &tail[1..];
            String::from_utf8(word.to_vec()).unwrap()
        };
        assert_eq!(word(), "P6");
        let (width, height) = (word().parse().unwrap(), word().parse().unwrap());
        assert_eq!(word(), "255");
        let bytes = rest.to_vec();
        assert_eq!(bytes.len(), width * height * 3);
        Self { width, height, bytes }
    }

    /// The top left corners of what differs in the upper half and in the lower half of the page, below the header.
    pub fn changed_halves(&self, before: &Self) -> (Option<Spot>, Option<Spot>) {
        assert_eq!((self.width, self.height), (before.width, before.height), "the page kept its size");
        let header = (HEADER * RESOLUTION / 72.0) as usize;
        let middle = self.height / 2;
        (self.changed(before, header..middle), self.changed(before, middle..self.height))
    }

    fn changed(&self, before: &Self, rows: std::ops::Range<usize>) -> Option<Spot> {
        let differs = |x: usize, y: usize| {
            let at = (y * self.width + x) * 3;
            self.bytes[at..at + 3]
                .iter()
                .zip(&before.bytes[at..at + 3])
                .any(|(a, b)| a.abs_diff(*b) > DIFFERENT)
        };
        let mut corner: Option<(usize, usize)> = None;
        for y in rows {
            for x in 0..self.width {
                if differs(x, y) {
                    corner = Some(corner.map_or((x, y), |(left, top)| (left.min(x), top.min(y))));
                }
            }
        }
        let points = |pixels: usize| pixels as f64 * 72.0 / RESOLUTION;
        corner.map(|(x, y)| Spot { x: points(x), y: points(y) })
    }
}

#[test]
fn what_differs_is_found_in_points() {
    let image = |marks: &[(usize, usize)]| {
        let mut bytes = vec![255; 200 * 100 * 3];
        marks.iter().for_each(|(x, y)| bytes[(y * 200 + x) * 3] = 0);
        let mut ppm = b"P6\n200 100\n255\n".to_vec();
        ppm.extend(bytes);
        Image::parse(&ppm)
    };
    let (white, marked) = (image(&[]), image(&[(10, 4), (60, 40), (50, 44), (20, 90)]));
    let corners = marked.changed_halves(&white);
    // The first lies in the header.
    assert_eq!(corners, (Some(Spot { x: 25.0, y: 20.0 }), Some(Spot { x: 10.0, y: 45.0 })));
    assert_eq!(white.changed_halves(&white), (None, None));
}
