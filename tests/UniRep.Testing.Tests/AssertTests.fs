module UniRep.Testing.AssertTests

open System
open Expecto

let private failing name assertion =
    testCase name <| fun () -> Assert.throws<AssertException> assertion |> ignore

[<Tests>]
let tests =
    testList
        "AssertTests"
        [
            testCase "what holds passes"
            <| fun () ->
                Assert.equal [| 1; 2 |] [| 1; 2 |]
                Assert.equal [ nan; 1.0 ] [ nan; 1.0 ]
                Assert.notEqual "a" "b"
                Assert.isTrue true
                Assert.isFalse false
                Assert.isWithin 0.1 1.0 1.05
                Assert.isBetween 1 3 3
                Assert.contains "b" "abc"
                Assert.doesNotContain "d" "abc"
                Assert.startsWith "a" "abc"
                Assert.endsWith "c" "abc"
                Assert.has 2 [ 1; 2 ]
                Assert.isEmpty [||]
                Assert.isNotEmpty "a"
                Assert.equal 7 (Assert.single [ 7 ])

            failing "unequal arrays" (fun () -> Assert.equal [| 1 |] [| 2 |])
            failing "equal values" (fun () -> Assert.notEqual 1 1)
            failing "a false condition" (fun () -> Assert.isTrue false)
            failing "a true condition" (fun () -> Assert.isFalse true)
            failing "a number too far away" (fun () -> Assert.isWithin 0.1 1.0 1.2)
            failing "a number that is none" (fun () -> Assert.isWithin 0.1 1.0 nan)
            failing "a value below a range" (fun () -> Assert.isBetween 1 3 0)
            failing "a value above a range" (fun () -> Assert.isBetween 1 3 4)
            failing "a missing part of a text" (fun () -> Assert.contains "d" "abc")
            failing "a part that should be missing" (fun () -> Assert.doesNotContain "b" "abc")
            failing "another start" (fun () -> Assert.startsWith "b" "abc")
            failing "another end" (fun () -> Assert.endsWith "b" "abc")
            failing "a missing item" (fun () -> Assert.has 3 [ 1; 2 ])
            failing "items that should not be" (fun () -> Assert.isEmpty [ 1 ])
            failing "no items" (fun () -> Assert.isNotEmpty [])
            failing "two items for one" (fun () -> Assert.single [ 1; 2 ] |> ignore)
            failing "no exception" (fun () -> Assert.throws<exn> ignore |> ignore)

            testCase
                "an exception of a derived type is given, and one of another type comes through"
            <| fun () ->
                let raised =
                    Assert.throws<ArgumentException>(fun () -> raise (ArgumentNullException "x"))

                Assert.equal typeof<ArgumentNullException> (raised.GetType())

                Assert.throws<InvalidOperationException>(fun () ->
                    Assert.throws<ArgumentException>(fun () -> invalidOp "other") |> ignore)
                |> ignore
        ]
