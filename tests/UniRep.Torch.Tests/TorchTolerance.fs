/// The tolerances of the Torch backend with their reasons; comparisons are those of Tolerance.
module UniRep.Tests.TorchTolerance

/// Torch's float32 against the engine's: each rounds in its own order; of1900 and the like hold against golden values.
let engine = 2e-5

/// The same sequence in another batch: libtorch's products sum in an order that depends on the number of rows. The engine
/// gives the same bits.
let batch = 5e-6

/// Factors of bfloat16 (8 bits) against float32: 4e-3 relative for each factor, averaged out over the sums.
let bfloat16 = 3e-2

/// Gradients of Torch against those of the engine, relative to the largest of an array: float32 both.
let gradient = 2e-5
