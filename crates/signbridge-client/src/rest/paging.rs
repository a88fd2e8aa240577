//! Cursors of lists whose pages are numbered.

use signbridge_core::{Error, ErrorKind, Result};

/// A page of a list in which pages are numbered from 1. As a cursor it is `PAGE-SIZE`: such pages fit together only while
/// their size stays, so the size goes along, and a later query's own limit does not move the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct NumberedPage {
    /// From 1.
    pub number: u32,
    /// Rows of each page.
    pub size: u32,
}

impl NumberedPage {
    /// The page of a cursor, or the first one of `limit` rows (`most`, the provider's limit, if that is less or nothing
    /// is given).
    ///
    /// # Errors
    /// `invalid_input` for a cursor that no list gave.
    pub fn of(cursor: Option<&str>, limit: Option<u32>, most: u32) -> Result<Self> {
        let Some(cursor) = cursor else {
            return Ok(Self { number: 1, size: limit.unwrap_or(most).clamp(1, most) });
        };
        read(cursor).filter(|page| page.number >= 1 && (1..=most).contains(&page.size)).ok_or_else(|| {
            Error::new(ErrorKind::InvalidInput, "the cursor is not one that this list gave")
                .with_remedy("repeat the cursor that the page before ended with")
        })
    }

    /// The cursor of the next page.
    pub fn next(self) -> String {
        format!("{}-{}", self.number.saturating_add(1), self.size)
    }
}

fn read(cursor: &str) -> Option<NumberedPage> {
    let (number, size) = cursor.split_once('-')?;
    Some(NumberedPage { number: number.parse().ok()?, size: size.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_stays_whatever_a_later_query_asks() {
        let first = NumberedPage::of(None, Some(20), 100).unwrap();
        assert_eq!((first.number, first.size), (1, 20));
        for limit in [None, Some(5), Some(100)] {
            let second = NumberedPage::of(Some(&first.next()), limit, 100).unwrap();
            assert_eq!((second.number, second.size), (2, 20));
        }
        assert_eq!(NumberedPage::of(None, None, 100).unwrap().size, 100);
        assert_eq!(NumberedPage::of(None, Some(500), 100).unwrap().size, 100);
        assert_eq!(NumberedPage::of(None, Some(0), 100).unwrap().size, 1);
        for wrong in ["", "2", "2-", "-2", "x-y", "0-20", "2-0", "2-101", "2-20-1"] {
            let error = NumberedPage::of(Some(wrong), None, 100).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{wrong}");
        }
    }
}
