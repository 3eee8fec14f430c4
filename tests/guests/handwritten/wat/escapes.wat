;; Has one finding for each service, with an escape of terminals in its message.
(data (i32.const 2048) "CTRL")
(func (export "meshc:weighting/weigher@1.0.0#weigh") (type $weigh)
  (local $outcomes i32) (local $index i32) (local $outcome i32) (local $finding i32) (local $text i32)
  (local.set $text (call $alloc (i32.const 8)))
  (i32.store (local.get $text) (i32.const 0x6d5b1b41))
  ;; A finding: severity, code at 4, message at 12, subject at 20, help at 36; 44 bytes.
  (local.set $finding (call $alloc (i32.const 44)))
  (i32.store8 (local.get $finding) (i32.const 1))
  (i32.store offset=4 (local.get $finding) (i32.const 2048))
  (i32.store offset=8 (local.get $finding) (i32.const 4))
  (i32.store offset=12 (local.get $finding) (local.get $text))
  (i32.store offset=16 (local.get $finding) (i32.const 4))
  (i32.store8 offset=20 (local.get $finding) (i32.const 0))
  (local.set $outcomes (call $alloc (i32.mul (local.get 10) (i32.const 32))))
  (block $done
    (loop $next
      (br_if $done (i32.ge_u (local.get $index) (local.get 10)))
      (local.set $outcome (i32.add (local.get $outcomes) (i32.mul (local.get $index) (i32.const 32))))
      (i32.store offset=16 (local.get $outcome) (local.get $finding))
      (i32.store offset=20 (local.get $outcome) (i32.const 1))
      (local.set $index (i32.add (local.get $index) (i32.const 1)))
      (br $next)))
  (call $answer (local.get $outcomes) (local.get 10)))
