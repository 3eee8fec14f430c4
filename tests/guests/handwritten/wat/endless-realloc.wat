;; Describes itself, and loops when the host asks it for memory.
(module
  (memory (export "memory") 1)
  (data (i32.const 16) "guest1.0.0")
  (data (i32.const 64) "\10\00\00\00\05\00\00\00\15\00\00\00\05\00\00\00\00\00\00\00\00\00\00\00\04\00\00\00\00\00\00\00")
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (loop $forever (br $forever))
    (unreachable))
  (func (export "meshc:weighting/weigher@1.0.0#describe") (result i32) (i32.const 64))
  (func (export "meshc:weighting/weigher@1.0.0#check") (param i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32) (unreachable))
  (func (export "meshc:weighting/weigher@1.0.0#weigh")
    (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32) (unreachable)))
