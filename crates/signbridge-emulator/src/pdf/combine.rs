//! Several PDFs into one.

use std::collections::HashMap;

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::geometry::inherited;
use super::{PdfError, source};

/// What a page may inherit from the page tree (ISO 32000-1, table 30).
const INHERITABLE: [&[u8]; 4] = [b"Resources", b"MediaBox", b"CropBox", b"Rotate"];

pub(super) fn combine(pdfs: &[&[u8]]) -> Result<Vec<u8>, PdfError> {
    if pdfs.is_empty() {
        return Err(PdfError::Unreadable("there is nothing to combine".to_owned()));
    }
    if let [only] = pdfs {
        source::pages(&source::load(only)?)?;
        return Ok(only.to_vec());
    }

    let mut whole = Document::with_version("1.4");
    let root = whole.try_new_object_id().map_err(source::unreadable)?;
    let mut kids = Vec::new();
    for pdf in pdfs {
        let document = source::load(pdf)?;
        if whole.version < document.version {
            whole.version.clone_from(&document.version);
        }
        let pages = source::pages(&document)?;
        kids.extend(Adoption::new(document, &mut whole).pages(&pages, root)?);
    }

    let mut tree = Dictionary::new();
    tree.set("Type", "Pages");
    tree.set("Count", i64::try_from(kids.len()).unwrap_or(i64::MAX));
    tree.set("Kids", kids);
    whole.objects.insert(root, tree.into());
    let mut catalog = Dictionary::new();
    catalog.set("Type", "Catalog");
    catalog.set("Pages", root);
    let catalog = whole.try_add_object(catalog).map_err(source::unreadable)?;
    whole.trailer.set("Root", catalog);
    source::save(whole, pdfs.iter().map(|pdf| pdf.len()).sum())
}

/// Moves what pages need from one document into another, under new numbers.
struct Adoption<'a> {
    from: Document,
    to: &'a mut Document,
    numbers: HashMap<ObjectId, ObjectId>,
    waiting: Vec<ObjectId>,
}

impl<'a> Adoption<'a> {
    fn new(from: Document, to: &'a mut Document) -> Self {
        Self { from, to, numbers: HashMap::new(), waiting: Vec::new() }
    }

    /// Adopts the pages and all they refer to; answers their new references.
    fn pages(mut self, pages: &[ObjectId], parent: ObjectId) -> Result<Vec<Object>, PdfError> {
        let dictionaries: Vec<Dictionary> = pages.iter().map(|page| self.standalone(*page)).collect();
        let mut kids = Vec::with_capacity(pages.len());
        for page in pages {
            let new = self.to.try_new_object_id().map_err(source::unreadable)?;
            // Links to a page that occurs twice lead to its first place.
            self.numbers.entry(*page).or_insert(new);
            kids.push(new);
        }
        for (mut dictionary, new) in dictionaries.into_iter().zip(&kids) {
            for (_, value) in dictionary.iter_mut() {
                self.renumber(value)?;
            }
            dictionary.set("Parent", parent);
            self.to.objects.insert(*new, dictionary.into());
        }
        while let Some(old) = self.waiting.pop() {
            if let (Some(mut object), Some(new)) =
                (self.from.objects.remove(&old), self.numbers.get(&old).copied())
            {
                self.renumber(&mut object)?;
                self.to.objects.insert(new, object);
            }
        }
        Ok(kids.into_iter().map(Object::Reference).collect())
    }

    /// A page's dictionary with what it inherits written into it. A missing page becomes a blank one.
    fn standalone(&self, page: ObjectId) -> Dictionary {
        let mut dictionary = self.from.get_dictionary(page).cloned().unwrap_or_default();
        for key in INHERITABLE {
            if !dictionary.has(key)
                && let Some(value) = inherited(&self.from, page, key)
            {
                dictionary.set(key, value.clone());
            }
        }
        dictionary.set("Type", "Page");
        // The tree above the page stays behind, as does the structure tree its tags point into.
        dictionary.remove(b"Parent");
        dictionary.remove(b"StructParents");
        if !dictionary.has(b"MediaBox") {
            dictionary.set("MediaBox", vec![0.into(), 0.into(), 612.into(), 792.into()]);
        }
        if !dictionary.has(b"Resources") {
            dictionary.set("Resources", Dictionary::new());
        }
        dictionary
    }

    /// Rewrites every reference within `object`; what is referred to waits to be moved.
    fn renumber(&mut self, object: &mut Object) -> Result<(), PdfError> {
        match object {
            Object::Reference(id) => match self.new_number(*id)? {
                Some(new) => *id = new,
                None => *object = Object::Null,
            },
            Object::Array(items) => {
                for item in items {
                    self.renumber(item)?;
                }
            }
            Object::Dictionary(dictionary) => {
                for (_, value) in dictionary.iter_mut() {
                    self.renumber(value)?;
                }
            }
            Object::Stream(stream) => {
                for (_, value) in stream.dict.iter_mut() {
                    self.renumber(value)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn new_number(&mut self, old: ObjectId) -> Result<Option<ObjectId>, PdfError> {
        if let Some(new) = self.numbers.get(&old) {
            return Ok(Some(*new));
        }
        if !self.from.objects.contains_key(&old) {
            return Ok(None);
        }
        let new = self.to.try_new_object_id().map_err(source::unreadable)?;
        self.numbers.insert(old, new);
        self.waiting.push(old);
        Ok(Some(new))
    }
}
