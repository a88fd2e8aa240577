//! The documents beside the repository: the headings of the facts and the tables of the mapping.

use std::collections::{BTreeMap, BTreeSet};

use super::{Mapping, Oddities};

/// What is wrong between the facts of a provider and what the table of oddities says of their headings.
pub(super) fn uncovered(provider: &str, facts: &str, oddities: &Oddities) -> Vec<String> {
    let headings = headings(facts);
    let odd: BTreeSet<&str> =
        oddities.of.get(provider).into_iter().flatten().map(|oddity| oddity.facts.trim()).collect();
    let without = oddities.without.get(provider);
    let mut faults = Vec::new();
    for heading in &headings {
        let is_odd = odd.iter().any(|name| heading.is(name));
        let is_without = without.is_some_and(|without| without.keys().any(|name| heading.is(name)));
        let fault = match (is_odd, is_without) {
            (true, true) => "has oddities: strike its line under without",
            (false, false) if heading.has_text => "has neither an oddity nor a line under without",
            _ => continue,
        };
        faults.push(format!("facts of {provider}: {:?} {fault}", heading.text));
    }
    let named = odd.into_iter().chain(without.into_iter().flat_map(BTreeMap::keys).map(String::as_str));
    let idle = named.filter(|name| !headings.iter().any(|heading| heading.is(name)));
    faults.extend(idle.map(|name| format!("facts of {provider}: there is no heading {name:?}")));
    faults
}

struct Heading<'a> {
    text: &'a str,
    /// Whether anything stands between it and the next one.
    has_text: bool,
}

impl Heading<'_> {
    /// A numbered heading goes by its number, another one by its text or the words it begins with.
    fn is(&self, name: &str) -> bool {
        let first = self.text.split(' ').next().unwrap_or_default();
        if first.starts_with(|mark: char| mark.is_ascii_digit()) {
            return first.trim_end_matches('.') == name;
        }
        !name.is_empty()
            && self.text.strip_prefix(name).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    }
}

fn headings(facts: &str) -> Vec<Heading<'_>> {
    let mut found: Vec<Heading<'_>> = Vec::new();
    for line in facts.lines() {
        if let Some(text) = line.strip_prefix("## ").or_else(|| line.strip_prefix("### ")) {
            found.push(Heading { text: text.trim(), has_text: false });
        } else if !line.trim().is_empty()
            && let Some(last) = found.last_mut()
        {
            last.has_text = true;
        }
    }
    found
}

/// Sections whose tables in the mapping document are not as long as the list of rows.
pub(super) fn other_tables(document: &str, mapping: &Mapping) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut section = "";
    let mut before = false;
    for line in document.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            section = heading.split([' ', '.']).next().unwrap_or_default();
            counts.entry(section).or_default();
        }
        let row = line.starts_with('|');
        // The first line of a table is its head, the second its rule.
        let rule = line.chars().all(|mark| matches!(mark, '|' | '-' | ':' | ' '));
        if row && before && !rule {
            *counts.entry(section).or_default() += 1;
        }
        before = row;
    }
    let other = |(number, section): (&String, &super::Section)| {
        let (listed, there) = (section.rows.len(), counts.get(number.as_str()).copied());
        match there {
            Some(there) if there == listed => None,
            Some(there) => {
                Some(format!("mapping: section {number} lists {listed} rows, its tables have {there}"))
            }
            None => Some(format!("mapping: the document has no section {number}")),
        }
    };
    mapping.section.iter().filter_map(other).collect()
}

#[cfg(test)]
mod tests {
    use super::{other_tables, uncovered};

    const FACTS: &str =
        "# P\nintro\n## 1. Hosts\ntext\n## 2. Auth\n\n### 2.1 Grant\ntext\n### Upload / PUT\ntext\n";

    fn faults(table: &str) -> Vec<String> {
        uncovered("docusign", FACTS, &toml::from_str(table).unwrap())
    }

    #[test]
    fn every_heading_with_a_text_is_odd_or_without() {
        let odd = |heading: &str| format!("[[docusign]]\nfacts='{heading}'\noddity='a'\nopen='b'\n");
        let all = odd("1") + &odd("Upload");
        assert_eq!(faults(&format!("{all}[without.docusign]\n'2.1'='c'")), Vec::<String>::new());
        assert_eq!(
            faults(&all),
            ["facts of docusign: \"2.1 Grant\" has neither an oddity nor a line under without"]
        );
        assert!(faults(&format!("{all}[without.docusign]\n'2.1'='c'\n1='c'"))[0].contains("strike"));
        assert!(
            faults(&format!("{all}[without.docusign]\n'2.1'='c'\n7='c'"))[0].contains("no heading \"7\"")
        );
        assert!(
            faults(&format!("{}{}[without.docusign]\n'2.1'='c'", odd("1"), odd("Up")))[0].contains("Upload")
        );
        assert_eq!(faults("").len(), 3);
    }

    #[test]
    fn the_tables_are_as_long_as_the_list() {
        let document =
            "## 1 Status\n| a | b |\n|---|:--|\n| x | y |\n| z | y |\ntext\n| a |\n|---|\n| x |\n## 2 Next\n";
        let faults = |rows: &str| {
            let table = format!("[section.1]\ntitle='t'\nrows={rows}");
            other_tables(document, &toml::from_str(&table).unwrap())
        };
        assert_eq!(faults("['x','z','u']"), Vec::<String>::new());
        assert_eq!(faults("['x']"), ["mapping: section 1 lists 1 rows, its tables have 3"]);
        let missing = toml::from_str("[section.9]\ntitle='t'\nrows=[]").unwrap();
        assert_eq!(other_tables(document, &missing), ["mapping: the document has no section 9"]);
    }
}
