use serde::ser::{Impossible, Serialize, Serializer};

use super::WriteError;

/// The text of a key: strings as they are, numbers and booleans as Kubernetes makes strings of them.
pub(super) fn key_text<T: Serialize + ?Sized>(key: &T) -> Result<String, WriteError> {
    key.serialize(Key)
}

struct Key;

/// Keys that are written as they are displayed.
macro_rules! displayed {
    ($($name:ident $type:ty),+) => {
        $(fn $name(self, value: $type) -> Result<String, WriteError> {
            Ok(value.to_string())
        })+
    };
}

/// What no key can be.
macro_rules! refused {
    ($($name:ident($($type:ty),*) $what:literal),+) => {
        $(fn $name(self, $(_: $type),*) -> Result<String, WriteError> {
            Err(WriteError::Key($what))
        })+
    };
}

/// What no key can be, and would have parts.
macro_rules! refused_collections {
    ($($name:ident($($type:ty),*) $part:ident $what:literal),+) => {
        $(fn $name(self, $(_: $type),*) -> Result<Self::$part, WriteError> {
            Err(WriteError::Key($what))
        })+
    };
}

impl Serializer for Key {
    type Ok = String;
    type Error = WriteError;
    type SerializeSeq = Impossible<String, WriteError>;
    type SerializeTuple = Impossible<String, WriteError>;
    type SerializeTupleStruct = Impossible<String, WriteError>;
    type SerializeTupleVariant = Impossible<String, WriteError>;
    type SerializeMap = Impossible<String, WriteError>;
    type SerializeStruct = Impossible<String, WriteError>;
    type SerializeStructVariant = Impossible<String, WriteError>;

    displayed!(
        serialize_bool bool, serialize_char char, serialize_str &str,
        serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64, serialize_i128 i128,
        serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64, serialize_u128 u128
    );

    refused!(
        serialize_f32(f32) "a float", serialize_f64(f64) "a float", serialize_bytes(&[u8]) "a list",
        serialize_none() "null", serialize_unit() "null", serialize_unit_struct(&'static str) "null"
    );

    refused_collections!(
        serialize_seq(Option<usize>) SerializeSeq "a list",
        serialize_tuple(usize) SerializeTuple "a list",
        serialize_tuple_struct(&'static str, usize) SerializeTupleStruct "a list",
        serialize_tuple_variant(&'static str, u32, &'static str, usize) SerializeTupleVariant "a mapping",
        serialize_map(Option<usize>) SerializeMap "a mapping",
        serialize_struct(&'static str, usize) SerializeStruct "a mapping",
        serialize_struct_variant(&'static str, u32, &'static str, usize) SerializeStructVariant "a mapping"
    );

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<String, WriteError> {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<String, WriteError> {
        Ok(variant.to_owned())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<String, WriteError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<String, WriteError> {
        Err(WriteError::Key("a mapping"))
    }
}
