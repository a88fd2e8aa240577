//! Comma-separated values: a line of names, then lines of values. Which names Adobe adds to those of the fields is not
//! published, so every filled cell is given under its column's name.

use signbridge_core::FormValue;

/// Every filled cell with the name of its column.
pub(crate) fn values(text: &str) -> Vec<FormValue> {
    let mut lines = lines(text.trim_start_matches('\u{feff}')).into_iter();
    let names = lines.next().unwrap_or_default();
    let cells = lines.flat_map(|line| names.iter().cloned().zip(line).collect::<Vec<_>>());
    cells
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| FormValue::new(name, value, None))
        .collect()
}

/// The cells of each line. Quoted ones may hold commas, line breaks and doubled quotes.
fn lines(text: &str) -> Vec<Vec<String>> {
    let (mut lines, mut line, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut rest) = (false, text.chars().peekable());
    while let Some(letter) = rest.next() {
        match letter {
            '"' if quoted && rest.peek() == Some(&'"') => cell.extend(rest.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => line.push(std::mem::take(&mut cell)),
            '\r' if !quoted && rest.peek() == Some(&'\n') => {}
            '\n' if !quoted => {
                line.push(std::mem::take(&mut cell));
                lines.push(std::mem::take(&mut line));
            }
            other => cell.push(other),
        }
    }
    if !cell.is_empty() || !line.is_empty() {
        line.push(cell);
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String)> {
        values(text).into_iter().map(|one| (one.field, one.value)).collect()
    }

    #[test]
    fn every_filled_cell_is_given_under_its_columns_name() {
        let own = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>()
        };
        let text = "\u{feff}\"city\",\"note\",empty\r\n\"Bergen, NO\",\"he said \"\"yes\"\"\r\ntwice\",\r\nOslo,,\r\n";
        let note = "he said \"yes\"\r\ntwice";
        assert_eq!(read(text), own(&[("city", "Bergen, NO"), ("note", note), ("city", "Oslo")]));
        assert_eq!(read("a,b\n1,2"), own(&[("a", "1"), ("b", "2")]));
        for nothing in ["", "\"city\"\r\n", "a,b"] {
            assert_eq!(read(nothing), own(&[]), "{nothing}");
        }
        assert_eq!(read("a\n1,2,3\n"), own(&[("a", "1")]), "a cell without a name is not given");
    }
}
