//! Route templates: `/a/{id}/b` against a path, with the captured values decoded.

use http::Method;

/// One operation of a dialect.
#[derive(Debug)]
pub(crate) struct Route<H: 'static> {
    pub(crate) method: Method,
    pub(crate) template: &'static str,
    pub(crate) handler: H,
}

/// The values captured by a template.
#[derive(Debug, Clone, Default)]
pub(crate) struct Params(Vec<(&'static str, String)>);

impl Params {
    /// The captured value, or an empty text when the template has no such name.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value.as_str())
    }
}

/// What a table says about a method and a path.
#[derive(Debug)]
pub(crate) enum Routed<'t, H: 'static> {
    Found(&'t Route<H>, Params),
    /// The path exists with other methods.
    WrongMethod,
    Unknown,
}

/// The first route that fits; literal segments win because they stand earlier in the table.
pub(crate) fn find<'t, H>(table: &'t [Route<H>], method: &Method, path: &str) -> Routed<'t, H> {
    let mut other_method = false;
    for route in table {
        if let Some(params) = capture(route.template, path) {
            if route.method == *method {
                return Routed::Found(route, params);
            }
            other_method = true;
        }
    }
    if other_method { Routed::WrongMethod } else { Routed::Unknown }
}

fn capture(template: &'static str, path: &str) -> Option<Params> {
    let mut params = Vec::new();
    let mut wanted = template.split('/');
    let mut given = path.split('/');
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(Params(params)),
            (Some(want), Some(have)) => match want.strip_prefix('{').and_then(|w| w.strip_suffix('}')) {
                Some(name) if !have.is_empty() => params.push((name, decode(have))),
                None if want == have => {}
                _ => return None,
            },
            _ => return None,
        }
    }
}

fn decode(segment: &str) -> String {
    // A plus sign stays itself in a path, unlike in a query.
    let escaped = segment.replace('+', "%2B");
    url::form_urlencoded::parse(format!("v={escaped}").as_bytes())
        .next()
        .map_or_else(|| segment.to_owned(), |(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &[Route<u8>] = &[
        Route { method: Method::PUT, template: "/a/status", handler: 1 },
        Route { method: Method::GET, template: "/a/{id}", handler: 2 },
        Route { method: Method::PUT, template: "/a/{id}", handler: 3 },
    ];

    #[test]
    fn literal_segments_win_and_values_are_decoded() {
        assert!(
            matches!(find(TABLE, &Method::PUT, "/a/status"), Routed::Found(route, _) if route.handler == 1)
        );
        match find(TABLE, &Method::GET, "/a/x%20y+z") {
            Routed::Found(route, params) => {
                assert_eq!(route.handler, 2);
                assert_eq!(params.get("id"), "x y+z");
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_known_path_with_another_method_is_told_apart_from_an_unknown_path() {
        assert!(matches!(find(TABLE, &Method::DELETE, "/a/7"), Routed::WrongMethod));
        assert!(matches!(find(TABLE, &Method::GET, "/a/7/b"), Routed::Unknown));
        assert!(matches!(find(TABLE, &Method::GET, "/a/"), Routed::Unknown));
    }
}
