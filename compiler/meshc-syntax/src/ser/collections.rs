use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};

use super::{WriteError, Writer, key::key_text};
use crate::layout::{Collection, Layout};

/// A list that is being written, and the mapping around it if it is the content of a variant.
pub(super) struct Elements<'a, 'o> {
    layout: &'a mut Layout<'o>,
    list: Collection,
    outer: Option<Collection>,
}

impl<'a, 'o> Elements<'a, 'o> {
    pub(super) fn new(layout: &'a mut Layout<'o>, outer: Option<Collection>) -> Self {
        let list = layout.open();
        Self { layout, list, outer }
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WriteError> {
        self.layout.dash(&mut self.list);
        value.serialize(Writer { layout: self.layout })
    }

    fn close(self) {
        self.layout.close(&self.list, "[]");
        if let Some(outer) = self.outer {
            self.layout.close(&outer, "{}");
        }
    }
}

/// A mapping that is being written, and the one around it if it is the content of a variant.
pub(super) struct Fields<'a, 'o> {
    layout: &'a mut Layout<'o>,
    mapping: Collection,
    outer: Option<Collection>,
}

impl<'a, 'o> Fields<'a, 'o> {
    pub(super) fn new(layout: &'a mut Layout<'o>, outer: Option<Collection>) -> Self {
        let mapping = layout.open();
        Self { layout, mapping, outer }
    }

    fn field<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), WriteError> {
        self.layout.key(&mut self.mapping, key);
        value.serialize(Writer { layout: self.layout })
    }

    fn close(self) {
        self.layout.close(&self.mapping, "{}");
        if let Some(outer) = self.outer {
            self.layout.close(&outer, "{}");
        }
    }
}

macro_rules! elements {
    ($($trait:ident $method:ident),+) => {
        $(impl $trait for Elements<'_, '_> {
            type Ok = ();
            type Error = WriteError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WriteError> {
                self.item(value)
            }

            fn end(self) -> Result<(), WriteError> {
                self.close();
                Ok(())
            }
        })+
    };
}

elements!(
    SerializeSeq serialize_element, SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field, SerializeTupleVariant serialize_field
);

macro_rules! fields {
    ($($trait:ident),+) => {
        $(impl $trait for Fields<'_, '_> {
            type Ok = ();
            type Error = WriteError;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), WriteError> {
                self.field(key, value)
            }

            fn end(self) -> Result<(), WriteError> {
                self.close();
                Ok(())
            }
        })+
    };
}

fields!(SerializeStruct, SerializeStructVariant);

impl SerializeMap for Fields<'_, '_> {
    type Ok = ();
    type Error = WriteError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), WriteError> {
        let key = key_text(key)?;
        self.layout.key(&mut self.mapping, &key);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WriteError> {
        value.serialize(Writer { layout: self.layout })
    }

    fn end(self) -> Result<(), WriteError> {
        self.close();
        Ok(())
    }
}
