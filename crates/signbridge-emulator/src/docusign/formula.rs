//! What a formula tab comes to: numbers, labels in brackets, the four operations and parentheses. The published description
//! shows no more; other functions are refused.

/// Parentheses within parentheses that are read.
const DEEPEST: u32 = 64;

/// The value of a formula, with `read` for the values of labels. `Ok(None)` when one of them holds no number yet, or when
/// nothing can be reckoned (a division by zero).
///
/// # Errors
/// The rest that cannot be read.
pub(crate) fn value(formula: &str, read: &dyn Fn(&str) -> Option<f64>) -> Result<Option<f64>, String> {
    let mut reader = Reader { rest: formula, read, depth: 0 };
    let sum = reader.sum()?;
    if !reader.rest.trim_start().is_empty() {
        return Err(reader.rest.to_owned());
    }
    Ok(sum.filter(|number| number.is_finite()))
}

/// The labels that a formula names.
pub(crate) fn labels(formula: &str) -> Vec<&str> {
    formula.split('[').skip(1).filter_map(|rest| rest.split_once(']')).map(|(label, _)| label).collect()
}

struct Reader<'a> {
    rest: &'a str,
    read: &'a dyn Fn(&str) -> Option<f64>,
    depth: u32,
}

type Number = Result<Option<f64>, String>;

impl Reader<'_> {
    fn next(&mut self, wanted: char) -> bool {
        let rest = self.rest.trim_start();
        let found = rest.strip_prefix(wanted);
        self.rest = found.unwrap_or(rest);
        found.is_some()
    }

    fn sum(&mut self) -> Number {
        let mut total = self.product()?;
        loop {
            if self.next('+') {
                total = both(total, self.product()?, |a, b| a + b);
            } else if self.next('-') {
                total = both(total, self.product()?, |a, b| a - b);
            } else {
                return Ok(total);
            }
        }
    }

    fn product(&mut self) -> Number {
        let mut total = self.factor()?;
        loop {
            if self.next('*') {
                total = both(total, self.factor()?, |a, b| a * b);
            } else if self.next('/') {
                total = both(total, self.factor()?, |a, b| a / b);
            } else {
                return Ok(total);
            }
        }
    }

    fn factor(&mut self) -> Number {
        let mut sign = 1.0;
        while self.next('-') {
            sign = -sign;
        }
        let whole = self.rest;
        let number = if self.next('(') {
            self.depth += 1;
            if self.depth > DEEPEST {
                return Err(whole.to_owned());
            }
            let inner = self.sum()?;
            self.depth -= 1;
            if !self.next(')') {
                return Err(self.rest.to_owned());
            }
            inner
        } else if self.next('[') {
            let (label, rest) = self.rest.split_once(']').ok_or_else(|| whole.to_owned())?;
            self.rest = rest;
            (self.read)(label)
        } else {
            let end = self.rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.');
            let (digits, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
            self.rest = rest;
            Some(digits.parse().map_err(|_| whole.to_owned())?)
        };
        Ok(number.map(|number| number * sign))
    }
}

fn both(a: Option<f64>, b: Option<f64>, reckon: impl Fn(f64, f64) -> f64) -> Option<f64> {
    Some(reckon(a?, b?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_reckoned_by_the_rules_of_arithmetic() {
        let read = |label: &str| match label {
            "Item 1" => Some(10.0),
            "Item 2" => Some(5.5),
            "Tax" => Some(0.25),
            _ => None,
        };
        let of = |formula: &str| value(formula, &read);
        assert_eq!(of("([Item 1] + [Item 2]) * (1 + [Tax])"), Ok(Some(19.375)));
        assert_eq!(of("-[Item 1] - -2 * 3 / 4"), Ok(Some(-8.5)));
        assert_eq!(of("[Item 1] + [nobody]"), Ok(None));
        assert_eq!(of("1 / 0"), Ok(None));
        for wrong in ["", "1 +", "SUM([Tax])", "[Tax", "(1", "1 2", "1..2"] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
        assert!(of(&"(".repeat(10_000)).is_err());
        assert_eq!(labels("([a b] + 2) * [c]"), ["a b", "c"]);
    }
}
