;; What every guest has. A file beside this one that is no module of its own is put in the place of the last line.
(module
  (memory (export "memory") 2)
  (data (i32.const 16) "guest1.0.0")
  ;; A descriptor at 64: name, version, config-schema, reads; pointer and length each.
  (data (i32.const 64) "\10\00\00\00\05\00\00\00\15\00\00\00\05\00\00\00\00\00\00\00\00\00\00\00\04\00\00\00\00\00\00\00")
  ;; No findings: an empty list at 96.
  (data (i32.const 96) "\04\00\00\00\00\00\00\00")
  ;; Memory from here on is handed out once and never freed.
  (global $free (mut i32) (i32.const 4096))
  (func $alloc (param $size i32) (result i32)
    (local $at i32)
    (local.set $at (global.get $free))
    (global.set $free (i32.and (i32.add (i32.add (local.get $at) (local.get $size)) (i32.const 7)) (i32.const -8)))
    (local.get $at))
  (func (export "cabi_realloc") (param i32 i32 i32) (param $size i32) (result i32) (call $alloc (local.get $size)))
  (func (export "meshc:weighting/weigher@1.0.0#describe") (result i32) (i32.const 64))
  (func (export "meshc:weighting/weigher@1.0.0#check") (param i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
    (i32.const 96))
  ;; weigh: config 0-1, mesh 2-8, services 9-10, options 11-13; answers a pointer to pointer and length of outcomes.
  (type $weigh (func (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
  ;; An answer of so many outcomes at an address.
  (func $answer (param $at i32) (param $count i32) (result i32)
    (i32.store (i32.const 104) (local.get $at))
    (i32.store (i32.const 108) (local.get $count))
    (i32.const 104))
  (;guest;))
