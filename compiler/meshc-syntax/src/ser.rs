mod collections;
mod key;

use serde::ser::{Error, Serialize, Serializer};

use crate::layout::Layout;
use crate::number::write_yaml_float;
use crate::write_scalar;
use collections::{Elements, Fields};

/// Why a value cannot be written as YAML.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// A float is infinite or not a number, which JSON cannot say.
    #[error("`{0}` has no form in JSON")]
    NotFinite(f64),
    /// A key is neither a string nor something that is written like one.
    #[error("{0} cannot be a key")]
    Key(&'static str),
    /// The value's own implementation refused.
    #[error("{0}")]
    Custom(String),
}

impl Error for WriteError {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self::Custom(message.to_string())
    }
}

/// Writes a value of ours as canonical YAML that ends with a line break, with its fields in the order of their
/// declaration. Its strings are quoted as those of [`write_yaml`](crate::write_yaml).
///
/// # Errors
/// If a float is not finite, a key is not a string, number or boolean, or the value's own serialization fails. What
/// was written up to there stays in `out`.
pub fn to_yaml<T: Serialize + ?Sized>(value: &T, out: &mut String) -> Result<(), WriteError> {
    value.serialize(Writer { layout: &mut Layout::new(out) })
}

/// Serde's view of the layout.
struct Writer<'a, 'o> {
    layout: &'a mut Layout<'o>,
}

impl<'a, 'o> Writer<'a, 'o> {
    fn float(self, float: f64, write: impl FnOnce(&mut String)) -> Result<(), WriteError> {
        if !float.is_finite() {
            return Err(WriteError::NotFinite(float));
        }
        self.layout.scalar(write);
        Ok(())
    }

    /// Starts the mapping of one key that stands for a variant with content.
    fn variant(self, name: &str) -> (Writer<'a, 'o>, crate::layout::Collection) {
        let mut mapping = self.layout.open();
        self.layout.key(&mut mapping, name);
        (self, mapping)
    }
}

/// Whole numbers of every width.
macro_rules! integers {
    ($($name:ident $type:ty),+) => {
        $(fn $name(self, value: $type) -> Result<(), WriteError> {
            self.layout.scalar(|out| out.push_str(itoa::Buffer::new().format(value)));
            Ok(())
        })+
    };
}

impl<'a, 'o> Serializer for Writer<'a, 'o> {
    type Ok = ();
    type Error = WriteError;
    type SerializeSeq = Elements<'a, 'o>;
    type SerializeTuple = Elements<'a, 'o>;
    type SerializeTupleStruct = Elements<'a, 'o>;
    type SerializeTupleVariant = Elements<'a, 'o>;
    type SerializeMap = Fields<'a, 'o>;
    type SerializeStruct = Fields<'a, 'o>;
    type SerializeStructVariant = Fields<'a, 'o>;

    integers!(
        serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64, serialize_i128 i128,
        serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64, serialize_u128 u128
    );

    fn serialize_bool(self, value: bool) -> Result<(), WriteError> {
        self.layout.scalar(|out| out.push_str(if value { "true" } else { "false" }));
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Result<(), WriteError> {
        self.float(value.into(), |out| write_yaml_float(value, out))
    }

    fn serialize_f64(self, value: f64) -> Result<(), WriteError> {
        self.float(value, |out| write_yaml_float(value, out))
    }

    fn serialize_char(self, value: char) -> Result<(), WriteError> {
        self.layout.scalar(|out| write_scalar(value.encode_utf8(&mut [0; 4]), out));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), WriteError> {
        self.layout.text(value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), WriteError> {
        value.serialize(self)
    }

    fn serialize_none(self) -> Result<(), WriteError> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), WriteError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), WriteError> {
        self.layout.scalar(|out| out.push_str("null"));
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), WriteError> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), WriteError> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), WriteError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), WriteError> {
        let (writer, mapping) = self.variant(variant);
        value.serialize(Writer { layout: &mut *writer.layout })?;
        writer.layout.close(&mapping, "{}");
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Elements<'a, 'o>, WriteError> {
        Ok(Elements::new(self.layout, None))
    }

    fn serialize_tuple(self, len: usize) -> Result<Elements<'a, 'o>, WriteError> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_struct(self, _: &'static str, len: usize) -> Result<Elements<'a, 'o>, WriteError> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Elements<'a, 'o>, WriteError> {
        let (writer, mapping) = self.variant(variant);
        Ok(Elements::new(writer.layout, Some(mapping)))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Fields<'a, 'o>, WriteError> {
        Ok(Fields::new(self.layout, None))
    }

    fn serialize_struct(self, _: &'static str, len: usize) -> Result<Fields<'a, 'o>, WriteError> {
        self.serialize_map(Some(len))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Fields<'a, 'o>, WriteError> {
        let (writer, mapping) = self.variant(variant);
        Ok(Fields::new(writer.layout, Some(mapping)))
    }
}
