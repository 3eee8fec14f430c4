;; Starts with all the memory that an address can reach.
(module
  (memory (export "memory") 65536)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (unreachable))
  (func (export "meshc:weighting/weigher@1.0.0#describe") (result i32) (unreachable))
  (func (export "meshc:weighting/weigher@1.0.0#check") (param i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32) (unreachable))
  (func (export "meshc:weighting/weigher@1.0.0#weigh")
    (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32) (unreachable)))
