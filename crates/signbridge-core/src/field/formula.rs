//! Formulas: numbers, fields by their names in brackets, the four operations and parentheses. What every provider that
//! reckons understands alike.

/// The fields that a formula names, in its order.
///
/// # Errors
/// What cannot be read, and where it stands, counted from 1.
pub(crate) fn references(formula: &str) -> Result<Vec<String>, String> {
    let mut reader = Reader { rest: formula, whole: formula, found: Vec::new(), depth: 0 };
    reader.sum()?;
    reader.skip();
    if reader.rest.is_empty() { Ok(reader.found) } else { Err(reader.unexpected()) }
}

/// Parentheses within parentheses; more is no formula but an attack on the stack.
const DEEPEST: usize = 64;

struct Reader<'a> {
    whole: &'a str,
    rest: &'a str,
    found: Vec<String>,
    depth: usize,
}

impl Reader<'_> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, wanted: char) -> bool {
        self.skip();
        match self.rest.strip_prefix(wanted) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn unexpected(&self) -> String {
        let before = self.whole.len() - self.rest.len();
        let place = self.whole.get(..before).map_or(0, |text| text.chars().count()) + 1;
        match self.rest.chars().next() {
            Some(letter) => format!("`{letter}` at {place} is not expected"),
            None => "ends too early".to_owned(),
        }
    }

    fn sum(&mut self) -> Result<(), String> {
        self.product()?;
        while self.take('+') || self.take('-') {
            self.product()?;
        }
        Ok(())
    }

    fn product(&mut self) -> Result<(), String> {
        self.factor()?;
        while self.take('*') || self.take('/') {
            self.factor()?;
        }
        Ok(())
    }

    fn factor(&mut self) -> Result<(), String> {
        while self.take('-') {}
        if self.take('(') {
            self.depth += 1;
            if self.depth > DEEPEST {
                return Err(format!("has more than {DEEPEST} parentheses within each other"));
            }
            self.sum()?;
            self.depth -= 1;
            return if self.take(')') { Ok(()) } else { Err(self.unexpected()) };
        }
        if self.take('[') {
            let Some((name, rest)) = self.rest.split_once(']') else { return Err(self.unexpected()) };
            self.found.push(name.to_owned());
            self.rest = rest;
            return Ok(());
        }
        let end = self.rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.');
        let (number, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        if number.parse::<f64>().is_err() {
            return Err(self.unexpected());
        }
        self.rest = rest;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_in_whatever_can_be_reckoned() {
        let found = |formula| references(formula).unwrap();
        assert_eq!(found("([Item 1] + [Item 2]) * (1 + [Tax])"), ["Item 1", "Item 2", "Tax"]);
        assert_eq!(found(" -[a]*2.5/-( [b] )"), ["a", "b"]);
        assert!(found("1+2").is_empty());
    }

    #[test]
    fn what_cannot_be_read_is_pointed_at() {
        let wrong = |formula: &str| references(formula).unwrap_err();
        assert_eq!(wrong("[a] ^ 2"), "`^` at 5 is not expected");
        assert_eq!(wrong("[ä] ^ 2"), "`^` at 5 is not expected");
        for early in ["", "[a] +", "(1", "["] {
            assert_eq!(wrong(early), "ends too early", "{early}");
        }
        for unread in ["1 2", "SUM([a])", "1..2", "[a]]", ")"] {
            assert!(wrong(unread).contains("not expected"), "{unread}");
        }
        assert!(wrong(&"(".repeat(100_000)).contains("parentheses"));
    }
}
