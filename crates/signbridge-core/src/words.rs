//! Words: closed vocabularies that go out, open ones that come in.
//!
//! What an application writes (a role, a field kind) is closed: an unknown word is an error with a suggestion.
//! What a provider answers (a status, an audit action) is open: an unknown word is kept as `Other(text)`.

use std::fmt;

/// The word among `known` that `found` most probably meant, if one is near enough to be worth saying.
pub fn nearest<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let found = found.to_lowercase();
    known
        .into_iter()
        .map(|word| (strsim::jaro_winkler(&found, &word.to_lowercase()), word))
        .filter(|(similarity, _)| *similarity > 0.82)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, word)| word)
}

/// A word outside a closed vocabulary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownWord {
    what: &'static str,
    found: String,
    known: Vec<&'static str>,
}

impl UnknownWord {
    /// This text is none of the words `known` for `what`, such as a role.
    pub fn new(what: &'static str, found: &str, known: Vec<&'static str>) -> Self {
        Self { what, found: found.to_owned(), known }
    }
}

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown {} `{}`", self.what, self.found)?;
        match nearest(&self.found, self.known.iter().copied()) {
            Some(word) => write!(f, ", did you mean `{word}`?"),
            None => write!(f, ", expected one of {}", self.known.join(", ")),
        }
    }
}

impl std::error::Error for UnknownWord {}

/// Defines a closed vocabulary: an enum whose variants are words, spelled the same in files, flags and output.
///
/// It has `ALL`, `as_str`, `Display`, `FromStr` (an unknown word is an [`UnknownWord`] that names the nearest one), and
/// `Serialize` and `Deserialize` as that word. The crate that uses it depends on `serde`.
///
/// ```
/// signbridge_core::closed_words! {
///     /// How a parcel travels.
///     pub enum Way: "way" {
///         /// Over land.
///         Road = "road",
///         /// Over water.
///         Sea = "sea",
///     }
/// }
///
/// assert_eq!("sea".parse(), Ok(Way::Sea));
/// let error = "rode".parse::<Way>().unwrap_err();
/// assert_eq!(error.to_string(), "unknown way `rode`, did you mean `road`?");
/// ```
#[macro_export]
macro_rules! closed_words {
    ($(#[$meta:meta])* $vis:vis enum $name:ident: $what:literal {
        $($(#[$variant_meta:meta])* $variant:ident = $word:literal,)+
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        $vis enum $name {
            $($(#[$variant_meta])* $variant,)+
        }

        impl $name {
            /// Every word of this vocabulary, in its order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word as it is written in files and output.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::UnknownWord;

            fn from_str(text: &str) -> ::std::result::Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::UnknownWord::new($what, text, ::std::vec![$($word),+])),
                }
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
                let text = <::std::borrow::Cow<'de, str> as ::serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(::serde::de::Error::custom)
            }
        }
    };
}

/// A closed vocabulary that also stands in the schema of a file:
/// `words! { /// doc enum Role: "role" { /// doc Signer = "signer", } }`.
macro_rules! words {
    ($(#[$meta:meta])* $vis:vis enum $name:ident: $what:literal {
        $($(#[$variant_meta:meta])* $variant:ident = $word:literal,)+
    }) => {
        $crate::closed_words! {
            $(#[$meta])*
            #[derive(::schemars::JsonSchema)]
            $vis enum $name: $what {
                $($(#[$variant_meta])* #[schemars(rename = $word)] $variant = $word,)+
            }
        }
    };
}

/// An open vocabulary: like `words!`, with `Other(text)` for what is not known.
macro_rules! open_words {
    ($(#[$meta:meta])* $vis:vis enum $name:ident {
        $($(#[$variant_meta:meta])* $variant:ident = $word:literal,)+
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        $vis enum $name {
            $($(#[$variant_meta])* $variant,)+
            /// A word this version does not know, as it came.
            Other(String),
        }

        impl $name {
            /// The word as it is written in files and output.
            pub fn as_str(&self) -> &str {
                match self { $(Self::$variant => $word,)+ Self::Other(text) => text }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text { $($word => Self::$variant,)+ _ => Self::Other(text.to_owned()) }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <::std::borrow::Cow<'de, str> as ::serde::Deserialize>::deserialize(deserializer)?;
                Ok(Self::from(text.as_ref()))
            }
        }
    };
}

pub(crate) use {open_words, words};
