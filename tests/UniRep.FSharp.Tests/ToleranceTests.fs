/// The comparisons that every numeric test rests on: they must fail where they should.
module UniRep.Tests.ToleranceTests

open System
open UniRep
open UniRep.IO
open Xunit
open Xunit.Sdk

let private failure (comparison: unit -> unit) =
    (Assert.ThrowsAny<XunitException> comparison).Message

/// Every comparison of arrays, with a tolerance that forgives finite differences below 1.
let private comparisons =
    [
        Tolerance.assertClose 1.0
        Tolerance.assertWithin 1.0
        Tolerance.assertCloseToLargest 1.0
        Tolerance.assertMostlyWithin 0.1 1.0
    ]

let private sample = [| 0.5; -2.0; 0.0; 1.0 |]

let private with' index value =
    let changed = Array.copy sample
    changed[index] <- value
    changed

[<Fact>]
let ``numbers are close to themselves`` () =
    for compare in comparisons do
        compare sample sample

    Assert.Equal(0.0, Tolerance.largestDifference sample sample)

[<Theory>]
[<InlineData(Double.NaN)>]
[<InlineData(Double.PositiveInfinity)>]
[<InlineData(Double.NegativeInfinity)>]
let ``what is not finite fails on either side and on both, wherever it stands`` (value: float) =
    for compare in comparisons do
        for index in 0 .. sample.Length - 1 do
            failure (fun () -> compare sample (with' index value)) |> ignore
            failure (fun () -> compare (with' index value) sample) |> ignore
            failure (fun () -> compare (with' index value) (with' index value)) |> ignore

    Assert.Equal(infinity, Tolerance.largestDifference sample (with' 1 value))
    failure (fun () -> Tolerance.assertNear 1.0 value value) |> ignore

[<Fact>]
let ``the worst entry is named with both numbers`` () =
    let message =
        failure (fun () -> Tolerance.assertClose 1e-3 [| 1.0; 2.0; 3.0 |] [| 1.1; 4.0; 3.0 |])

    Assert.Equal("entry 1 is 4, 2 expected: off by 1.00E+000, more than 1.0E-003", message)

    Assert.StartsWith(
        "entry 3 is NaN, 1 expected",
        failure (fun () -> Tolerance.assertClose 1e-3 sample (Array.map2 (*) sample (with' 3 nan)))
    )

[<Fact>]
let ``a difference is held against 1 or the number expected, whichever is larger`` () =
    Tolerance.assertClose 0.01 [| 0.0; 100.0 |] [| 0.01; 101.0 |]
    failure (fun () -> Tolerance.assertClose 0.01 [| 0.0 |] [| 0.011 |]) |> ignore
    failure (fun () -> Tolerance.assertClose 0.01 [| 100.0 |] [| 98.9 |]) |> ignore

    failure (fun () -> Tolerance.assertWithin 0.01 [| 100.0 |] [| 100.011 |])
    |> ignore

    Tolerance.assertCloseToLargest 0.01 [| 0.0; -100.0 |] [| 1.0; -99.0 |]

    failure (fun () -> Tolerance.assertCloseToLargest 0.01 [| 0.0; 100.0 |] [| 1.1; 100.0 |])
    |> ignore

[<Fact>]
let ``zeros are close to nothing but zeros where the largest is the measure`` () =
    Tolerance.assertCloseToLargest 0.01 [| 0.0; 0.0 |] [| 0.0; 0.0 |]

    failure (fun () -> Tolerance.assertCloseToLargest 0.01 [| 0.0 |] [| 1e-30 |])
    |> ignore

[<Fact>]
let ``numbers too far apart to be subtracted fail`` () =
    let largest = Double.MaxValue

    for compare in comparisons do
        failure (fun () -> compare [| largest |] [| -largest |]) |> ignore

[<Fact>]
let ``unequal lengths fail, on either side, and so do no numbers at all`` () =
    for compare in comparisons do
        failure (fun () -> compare sample (Array.take 3 sample)) |> ignore
        failure (fun () -> compare (Array.take 3 sample) sample) |> ignore
        failure (fun () -> compare sample [||]) |> ignore
        failure (fun () -> compare [||] [||]) |> ignore

[<Fact>]
let ``a share of entries may be off, and no more`` () =
    let off = [| 0.0; 0.0; 0.0; 5.0 |]
    Tolerance.assertMostlyWithin 0.75 1.0 (Array.zeroCreate 4) off

    failure (fun () -> Tolerance.assertMostlyWithin 0.76 1.0 (Array.zeroCreate 4) off)
    |> ignore

[<Fact>]
let ``a tolerance that is no number forgives nothing`` () =
    failure (fun () -> Tolerance.assertNear nan 1.0 1.5) |> ignore

[<Fact>]
let ``missing and surplus results fail`` () =
    let check (expected: int) (actual: int) = Assert.Equal(expected, actual)
    Tolerance.assertEach check [ 1; 2 ] (seq { 1..2 })

    failure (fun () -> Tolerance.assertEach check [ 1; 2; 3 ] (seq { 1..2 }))
    |> ignore

    failure (fun () -> Tolerance.assertEach check [ 1 ] (seq { 1..2 })) |> ignore
    failure (fun () -> Tolerance.assertEach check [ 1; 3 ] (seq { 1..2 })) |> ignore

[<Fact>]
let ``missing and surplus arrays fail`` () =
    let both = Map.ofList [ "a", [| 1.0 |]; "b", [| 2.0 |] ]
    let check = Tolerance.assertClose 1e-3
    Tolerance.assertEachNamed check both both

    failure (fun () -> Tolerance.assertEachNamed check both (both.Remove "b"))
    |> ignore

    failure (fun () -> Tolerance.assertEachNamed check (both.Remove "a") both)
    |> ignore

    failure (fun () -> Tolerance.assertEachNamed check both (both.Add("b", [| 3.0 |])))
    |> ignore

[<Fact>]
let ``representations must be the same and finite`` () =
    let rep value =
        {
            Average = [| 1f; value |]
            Final = [| 2f; 3f |]
            Cell = [| 4f; 5f |]
        }

    Tolerance.assertSameReps [ rep 1f; rep 2f ] [ rep 1f; rep 2f ]

    failure (fun () -> Tolerance.assertSameReps [ rep 1f ] [ rep 1.0000001f ])
    |> ignore

    failure (fun () -> Tolerance.assertSameReps [ rep 1f ] [ rep 1f; rep 1f ])
    |> ignore

    failure (fun () -> Tolerance.assertSameReps [ rep 1f; rep nanf ] [ rep 1f; rep nanf ])
    |> ignore
