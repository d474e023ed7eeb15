/// Every tolerance of the tests, with its reason.
module UniRep.Tests.Tolerance

open Xunit

/// Float64 definition against float64 golden values of another program: rounding in another order only.
let definition = 1e-9

/// Float32 rounding of a value that is exact in float64: half a unit in the last place is 6e-8 relative.
let rounding = 1.2e-7

/// Float32 engine against float64 golden values; NumPy in float32 reaches 4e-6 on cells.
let engine = 2e-5

/// Gradients of the float32 engine against float64, relative to the largest of an array; 5e-6 is reached.
let gradientOfEngine = 1e-4

/// Losses of the float32 engine against float64, relative.
let lossOfEngine = 1e-5

/// The 4,000 vectors of the original TensorFlow program, which is itself float32.
let published = 1e-6

/// Asserts |actual − expected| ≤ tolerance · max(1, |expected|) for every entry.
let assertClose tolerance (expected: float[]) (actual: float[]) =
    Assert.Equal(expected.Length, actual.Length)

    let worst =
        Array.map2 (fun e a -> abs (a - e) / max 1.0 (abs e)) expected actual
        |> Array.mapi (fun index error -> error, index)
        |> Array.fold max (0.0, -1)

    Assert.True(
        fst worst <= tolerance,
        $"entry {snd worst} is off by {fst worst:E2}, more than {tolerance:E1}"
    )
