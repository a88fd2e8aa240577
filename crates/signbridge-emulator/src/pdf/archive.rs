//! The zip archive of an envelope's files.

use std::collections::HashSet;
use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{PdfError, source};

/// Names longer than this are cut; every common file system takes more.
const LONGEST: usize = 120;

/// Stored, not compressed: PDFs are compressed already.
pub(super) fn archive(files: &[(String, &[u8])]) -> Result<Vec<u8>, PdfError> {
    let size = files.iter().map(|(name, content)| content.len() + 2 * name.len() + 128).sum();
    let mut zip = ZipWriter::new(Cursor::new(Vec::with_capacity(size)));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut taken = HashSet::new();
    for (name, content) in files {
        zip.start_file(unique(&safe(name), &mut taken), options).map_err(source::unreadable)?;
        zip.write_all(content).map_err(source::unreadable)?;
    }
    Ok(zip.finish().map_err(source::unreadable)?.into_inner())
}

/// A file name without folders, control characters, or what some file system refuses or trims.
fn safe(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).find(|part| !part.trim_matches(['.', ' ']).is_empty()).unwrap_or("");
    let cleaned: String = last
        .chars()
        .map(|character| match character {
            ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
            control if control.is_control() => '_',
            other => other,
        })
        .collect();
    let trimmed = cleaned.trim_matches(['.', ' ']);
    let (stem, extension) = split(trimmed);
    let stem: String = stem.chars().take(LONGEST.saturating_sub(extension.chars().count())).collect();
    match format!("{stem}{extension}").as_str() {
        "" => "document".to_owned(),
        device if is_device(device) => format!("_{device}"),
        fine => fine.to_owned(),
    }
}

/// Stem and extension with its dot; an extension is short.
fn split(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot) if dot > 0 && name.len() - dot <= 10 => name.split_at(dot),
        _ => (name, ""),
    }
}

/// Names that Windows keeps for devices, with or without extension.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).to_ascii_uppercase();
    match stem.as_str() {
        "CON" | "PRN" | "AUX" | "NUL" => true,
        _ => {
            let (kind, number) = stem.split_at_checked(3).unwrap_or((&stem, ""));
            matches!(kind, "COM" | "LPT") && matches!(number.as_bytes(), [b'1'..=b'9'])
        }
    }
}

/// Counts up until the name differs from all others, letter case aside.
fn unique(name: &str, taken: &mut HashSet<String>) -> String {
    let (stem, extension) = split(name);
    let mut candidate = name.to_owned();
    let mut count = 1_u64;
    while !taken.insert(candidate.to_lowercase()) {
        count += 1;
        candidate = format!("{stem} ({count}){extension}");
    }
    candidate
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn names_are_safe_and_unique() {
        let names = [
            "../../etc/passwd",
            "Contract.pdf",
            "contract.PDF",
            "a/b\\Contract.pdf",
            "",
            "..",
            "nul.pdf",
            "a:b\u{7}.pdf",
        ];
        let files: Vec<(String, &[u8])> =
            names.iter().map(|name| ((*name).to_owned(), name.as_bytes())).collect();
        let mut zip = zip::ZipArchive::new(Cursor::new(archive(&files).unwrap())).unwrap();
        let unpacked: Vec<String> =
            (0..zip.len()).map(|at| zip.by_index(at).unwrap().name().unwrap().into_owned()).collect();
        assert_eq!(
            unpacked,
            [
                "passwd",
                "Contract.pdf",
                "contract (2).PDF",
                "Contract (3).pdf",
                "document",
                "document (2)",
                "_nul.pdf",
                "a_b_.pdf"
            ]
        );
        let mut content = Vec::new();
        zip.by_index(3).unwrap().read_to_end(&mut content).unwrap();
        assert_eq!(content, b"a/b\\Contract.pdf");
    }

    #[test]
    fn long_names_keep_their_extension() {
        let name = safe(&format!("{}.pdf", "ü".repeat(400)));
        assert_eq!(name.chars().count(), LONGEST);
        assert!(name.ends_with("ü.pdf"));
    }
}
