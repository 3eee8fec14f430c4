//! The layout of canonical YAML, for whoever knows the values: block style, lists in the column of their key.

use crate::quote::{literal_is_safe, write_literal, write_scalar};

/// A key that is longer than this is written behind `? `: readers only look that far for the colon of any other.
const LONGEST_KEY: usize = 128;

/// Blanks to indent with.
const BLANKS: &str = "                                                                ";

/// Puts keys, dashes and scalars where they belong.
pub(crate) struct Layout<'o> {
    out: &'o mut String,
    indent: usize,
    place: Place,
}

/// What stands before the next value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    Key,
    Dash,
}

/// A collection that is being written.
pub(crate) struct Collection {
    place: Place,
    indent: usize,
    empty: bool,
}

impl<'o> Layout<'o> {
    pub(crate) fn new(out: &'o mut String) -> Self {
        Self { out, indent: 0, place: Place::Root }
    }

    /// Writes a scalar that `write` knows the text of.
    pub(crate) fn scalar(&mut self, write: impl FnOnce(&mut String)) {
        self.blank();
        write(self.out);
        self.out.push('\n');
    }

    /// Writes a string, as a literal block where that is safe.
    pub(crate) fn text(&mut self, text: &str) {
        self.blank();
        if literal_is_safe(text) {
            write_literal(text, self.indent + 2, self.out);
        } else {
            write_scalar(text, self.out);
            self.out.push('\n');
        }
    }

    /// Starts a collection, of which nothing is written before its first key or dash.
    pub(crate) fn open(&self) -> Collection {
        Collection { place: self.place, indent: self.indent, empty: true }
    }

    /// Writes the next key of `mapping`; its value has to follow.
    pub(crate) fn key(&mut self, mapping: &mut Collection, key: &str) {
        let deeper = mapping.place != Place::Root;
        self.next(mapping, deeper);
        let start = self.out.len();
        write_scalar(key, self.out);
        if self.out.len() - start > LONGEST_KEY && self.out[start..].chars().count() > LONGEST_KEY {
            self.out.insert_str(start, "? ");
            self.out.push('\n');
            self.blanks();
        }
        self.out.push(':');
        self.place = Place::Key;
    }

    /// Writes the next dash of `list`; its item has to follow.
    pub(crate) fn dash(&mut self, list: &mut Collection) {
        let deeper = list.place == Place::Dash;
        self.next(list, deeper);
        self.out.push('-');
        self.place = Place::Dash;
    }

    /// Ends a collection; `empty` stands for one without entries.
    pub(crate) fn close(&mut self, collection: &Collection, empty: &str) {
        self.indent = collection.indent;
        if collection.empty {
            self.place = collection.place;
            self.scalar(|out| out.push_str(empty));
        }
    }

    /// Goes to where the next entry of `collection` starts.
    fn next(&mut self, collection: &mut Collection, deeper: bool) {
        if !collection.empty {
            return self.blanks();
        }
        collection.empty = false;
        if deeper {
            self.indent += 2;
        }
        match collection.place {
            Place::Root => {}
            Place::Key => {
                self.out.push('\n');
                self.blanks();
            }
            Place::Dash => self.out.push(' '),
        }
    }

    fn blank(&mut self) {
        if self.place != Place::Root {
            self.out.push(' ');
        }
    }

    fn blanks(&mut self) {
        let mut left = self.indent;
        while left > BLANKS.len() {
            self.out.push_str(BLANKS);
            left -= BLANKS.len();
        }
        self.out.push_str(&BLANKS[..left]);
    }
}
