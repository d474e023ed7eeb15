/// The comparisons that every numeric test rests on: they must fail where they should.
module UniRep.Tests.ToleranceTests

open System
open UniRep
open UniRep.IO
open Expecto
open UniRep.Testing

let private failure (comparison: unit -> unit) =
    (Assert.throws<AssertException> comparison).Message

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

[<Tests>]
let tests =
    testList
        "ToleranceTests"
        [
            testCase "numbers are close to themselves"
            <| fun () ->
                for compare in comparisons do
                    compare sample sample

                Assert.equal 0.0 (Tolerance.largestDifference sample sample)

            testTheory
                "what is not finite fails on either side and on both, wherever it stands"
                [ Double.NaN; Double.PositiveInfinity; Double.NegativeInfinity ]
            <| fun (value: float) ->
                for compare in comparisons do
                    for index in 0 .. sample.Length - 1 do
                        failure (fun () -> compare sample (with' index value)) |> ignore
                        failure (fun () -> compare (with' index value) sample) |> ignore

                        failure (fun () -> compare (with' index value) (with' index value))
                        |> ignore

                Assert.equal infinity (Tolerance.largestDifference sample (with' 1 value))
                failure (fun () -> Tolerance.assertNear 1.0 value value) |> ignore

            testCase "the worst entry is named with both numbers"
            <| fun () ->
                let message =
                    failure (fun () ->
                        Tolerance.assertClose 1e-3 [| 1.0; 2.0; 3.0 |] [| 1.1; 4.0; 3.0 |])

                Assert.equal
                    "entry 1 is 4, 2 expected: off by 1.00E+000, more than 1.0E-003"
                    message

                Assert.startsWith
                    "entry 3 is NaN, 1 expected"
                    (failure (fun () ->
                        Tolerance.assertClose 1e-3 sample (Array.map2 (*) sample (with' 3 nan))))

            testCase "a difference is held against 1 or the number expected, whichever is larger"
            <| fun () ->
                Tolerance.assertClose 0.01 [| 0.0; 100.0 |] [| 0.01; 101.0 |]
                failure (fun () -> Tolerance.assertClose 0.01 [| 0.0 |] [| 0.011 |]) |> ignore
                failure (fun () -> Tolerance.assertClose 0.01 [| 100.0 |] [| 98.9 |]) |> ignore

                failure (fun () -> Tolerance.assertWithin 0.01 [| 100.0 |] [| 100.011 |])
                |> ignore

                Tolerance.assertCloseToLargest 0.01 [| 0.0; -100.0 |] [| 1.0; -99.0 |]

                failure (fun () ->
                    Tolerance.assertCloseToLargest 0.01 [| 0.0; 100.0 |] [| 1.1; 100.0 |])
                |> ignore

            testCase "zeros are close to nothing but zeros where the largest is the measure"
            <| fun () ->
                Tolerance.assertCloseToLargest 0.01 [| 0.0; 0.0 |] [| 0.0; 0.0 |]

                failure (fun () -> Tolerance.assertCloseToLargest 0.01 [| 0.0 |] [| 1e-30 |])
                |> ignore

            testCase "numbers too far apart to be subtracted fail"
            <| fun () ->
                let largest = Double.MaxValue

                for compare in comparisons do
                    failure (fun () -> compare [| largest |] [| -largest |]) |> ignore

            testCase "unequal lengths fail, on either side, and so do no numbers at all"
            <| fun () ->
                for compare in comparisons do
                    failure (fun () -> compare sample (Array.take 3 sample)) |> ignore
                    failure (fun () -> compare (Array.take 3 sample) sample) |> ignore
                    failure (fun () -> compare sample [||]) |> ignore
                    failure (fun () -> compare [||] [||]) |> ignore

            testCase "a share of entries may be off, and no more"
            <| fun () ->
                let off = [| 0.0; 0.0; 0.0; 5.0 |]
                Tolerance.assertMostlyWithin 0.75 1.0 (Array.zeroCreate 4) off

                failure (fun () -> Tolerance.assertMostlyWithin 0.76 1.0 (Array.zeroCreate 4) off)
                |> ignore

            testCase "a tolerance that is no number forgives nothing"
            <| fun () -> failure (fun () -> Tolerance.assertNear nan 1.0 1.5) |> ignore

            testCase "missing and surplus results fail"
            <| fun () ->
                let check (expected: int) (actual: int) = Assert.equal expected actual
                Tolerance.assertEach check [ 1; 2 ] (seq { 1..2 })

                failure (fun () -> Tolerance.assertEach check [ 1; 2; 3 ] (seq { 1..2 }))
                |> ignore

                failure (fun () -> Tolerance.assertEach check [ 1 ] (seq { 1..2 })) |> ignore
                failure (fun () -> Tolerance.assertEach check [ 1; 3 ] (seq { 1..2 })) |> ignore

            testCase "missing and surplus arrays fail"
            <| fun () ->
                let both = Map.ofList [ "a", [| 1.0 |]; "b", [| 2.0 |] ]
                let check = Tolerance.assertClose 1e-3
                Tolerance.assertEachNamed check both both

                failure (fun () -> Tolerance.assertEachNamed check both (both.Remove "b"))
                |> ignore

                failure (fun () -> Tolerance.assertEachNamed check (both.Remove "a") both)
                |> ignore

                failure (fun () -> Tolerance.assertEachNamed check both (both.Add("b", [| 3.0 |])))
                |> ignore

            testCase "representations must be the same and finite"
            <| fun () ->
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

                failure (fun () ->
                    Tolerance.assertSameReps [ rep 1f; rep nanf ] [ rep 1f; rep nanf ])
                |> ignore
        ]
