//! Values and what stands for them: the same everywhere, and of the same shape, so that adapters still read them.

use std::collections::{BTreeMap, BTreeSet};

/// The values that were replaced, and how to find them in texts.
#[derive(Debug, Default)]
pub(super) struct Pseudonyms {
    by_value: BTreeMap<String, String>,
    /// Those that are looked for inside of texts although they are no single token; longest first.
    phrases: Vec<String>,
    /// Those that stand in their own place only: a single word may mean something else elsewhere.
    local: BTreeSet<String>,
    ids: usize,
    people: usize,
}

/// What a token is made of: ids, keys and digests are one.
pub(crate) fn is_token(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == '-'
}

impl Pseudonyms {
    /// What stands for an e-mail address.
    pub(super) fn email(&mut self, value: &str) -> String {
        let email = self.given(value, true, |_, people| {
            *people += 1;
            format!("person{people:03}@example.com")
        });
        // The part before the host names the person too, unless it is a word as any.
        if let (Some((user, _)), Some((pseudonym, _))) = (value.split_once('@'), email.split_once('@'))
            && (user.len() >= 8 || user.contains(['.', '_', '-']))
        {
            let pseudonym = pseudonym.to_owned();
            self.given(user, true, |_, _| pseudonym);
        }
        email
    }

    /// What stands for a name, a telephone number, an address.
    pub(super) fn name(&mut self, value: &str) -> String {
        let everywhere = value.len() > 4 && value.contains(char::is_whitespace);
        self.given(value, everywhere, |_, people| {
            *people += 1;
            format!("Person {people:03}")
        })
    }

    /// What stands for an id or a key: letters and digits where it had some, as long as it was.
    pub(super) fn id(&mut self, value: &str) -> String {
        self.given(value, true, |ids, _| {
            *ids += 1;
            shaped(value, *ids)
        })
    }

    /// What already stands for this value.
    pub(super) fn known(&self, value: &str) -> Option<&str> {
        self.by_value.get(value).map(String::as_str)
    }

    fn given(
        &mut self,
        value: &str,
        everywhere: bool,
        make: impl FnOnce(&mut usize, &mut usize) -> String,
    ) -> String {
        if let Some(known) = self.by_value.get(value) {
            return known.clone();
        }
        let made = make(&mut self.ids, &mut self.people);
        self.by_value.insert(value.to_owned(), made.clone());
        if !everywhere {
            self.local.insert(value.to_owned());
        } else if !value.chars().all(is_token) {
            self.phrases.push(value.to_owned());
            self.phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
        }
        made
    }

    /// The text with every value replaced; `also` says what stands for a token that is not known yet.
    pub(super) fn replace(&mut self, text: &str, also: impl Fn(&str) -> bool) -> String {
        let mut text = text.to_owned();
        for phrase in &self.phrases {
            if let Some(pseudonym) = self.by_value.get(phrase) {
                text = replace_whole(&text, phrase, pseudonym);
            }
        }
        let mut replaced = String::with_capacity(text.len());
        for piece in pieces(&text) {
            let is_local = self.local.contains(piece);
            match self.by_value.get(piece).filter(|_| !is_local) {
                Some(pseudonym) => replaced += pseudonym,
                None if also(piece) && !self.is_pseudonym(piece) => replaced += &self.id(piece),
                None => replaced += piece,
            }
        }
        replaced
    }

    fn is_pseudonym(&self, text: &str) -> bool {
        self.by_value.values().any(|one| one == text)
    }

    /// Everything that must not stand in a recording any more.
    pub(super) fn values(&self) -> impl Iterator<Item = &str> {
        self.by_value.keys().filter(|value| !self.local.contains(*value)).map(String::as_str)
    }

    /// Everything that stands for something.
    pub(super) fn all(&self) -> Vec<String> {
        let all: BTreeSet<&String> = self.by_value.values().collect();
        all.into_iter().cloned().collect()
    }
}

/// Tokens, and what is between them.
pub(crate) fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = rest.find(|letter| is_token(letter) != is_token(first)).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some(piece)
    })
}

/// Where `what` stands in `text`, not as a part of a longer word.
pub(super) fn find_whole(text: &str, what: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = text.get(from..)?.find(what).map(|at| at + from) {
        let is_edge = |letter: Option<char>| !letter.is_some_and(char::is_alphanumeric);
        let before = text.get(..at)?.chars().next_back();
        let after = text.get(at + what.len()..)?.chars().next();
        if is_edge(before) && is_edge(after) {
            return Some(at);
        }
        from = at + what.chars().next().map_or(1, char::len_utf8);
    }
    None
}

/// Replaces every whole `from`.
pub(super) fn replace_whole(text: &str, from: &str, to: &str) -> String {
    if from.is_empty() {
        return text.to_owned();
    }
    let (mut replaced, mut rest) = (String::new(), text);
    while let Some(at) = find_whole(rest, from) {
        let (before, after) = rest.split_at(at);
        replaced += before;
        replaced += to;
        rest = after.get(from.len()..).unwrap_or_default();
    }
    replaced + rest
}

/// A value of this shape that counts.
fn shaped(value: &str, count: usize) -> String {
    let number = count.to_string();
    if let [a, b, c, d, e] = value.split('-').map(str::len).collect::<Vec<_>>().as_slice()
        && [*a, *b, *c, *d, *e] == [8, 4, 4, 4, 12]
    {
        return format!("00000000-0000-4000-8000-{number:0>12}");
    }
    // Digits and hexadecimals may be parsed; everything else begins with a letter, as ids mostly do.
    let width = value.chars().count().max(6);
    if value.chars().all(|letter| letter.is_ascii_hexdigit()) {
        format!("{}{number:0>width$}", "9", width = width - 1)
    } else {
        format!("id{number:0>width$}", width = width - 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_keeps_its_pseudonym_and_its_shape() {
        let mut all = Pseudonyms::default();
        let uuid = all.id("8d0a5c0e-9f54-4c1b-a7a8-1d1f0c0a9b11");
        assert_eq!(uuid, "00000000-0000-4000-8000-000000000001");
        assert_eq!(all.id("8d0a5c0e-9f54-4c1b-a7a8-1d1f0c0a9b11"), uuid);
        assert_eq!(all.id("12345678"), "90000002");
        assert_eq!(all.id("CBJCHBCAABAA-x"), "id000000000003");
        assert_eq!(all.name("Ann Lee"), "Person 001");
        assert_eq!(all.email("ann@real.org"), "person002@example.com");
        let text = "ann@real.org (Ann Lee) wrote joann@real.org about 12345678 and 123456789";
        let told = all.replace(text, |_| false);
        assert_eq!(
            told,
            "person002@example.com (Person 001) wrote joann@real.org about 90000002 and 123456789"
        );
    }

    #[test]
    fn a_single_word_is_replaced_where_it_is_a_name_only() {
        let mut all = Pseudonyms::default();
        assert_eq!(all.name("Ann"), "Person 001");
        assert_eq!(all.replace("Ann", |_| false), "Ann");
        assert_eq!(all.values().count(), 0);
    }
}
