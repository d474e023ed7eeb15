/// Tests of every outcome, and mistakes in their lists. They are functions, so that they are no tests of this program: it runs
/// them as a child of its own tests, where UNIREP_TESTING_SAMPLE names them.
module UniRep.Testing.Sample

open System.Threading.Tasks
open Expecto

/// The variable that names what to run.
let variable = "UNIREP_TESTING_SAMPLE"

/// One test of every outcome.
let outcomes () =
    testList
        "Outcomes"
        [
            testCase "passes" <| fun () -> Assert.equal 2 (1 + 1)
            testCase "is skipped" <| fun () -> skiptest "there is no data here"
            ptestCase "is pending" <| fun () -> failtest "it runs"
            testProperty "addition commutes" <| fun (a: int) b -> a + b = b + a
            testTask "waits" { do! Task.Delay 1 }
            testTheory "is even" [ 2; 4 ] (fun n -> Assert.equal 0 (n % 2))
            testCase "differs" <| fun () -> Assert.equal [ 1; 2 ] [ 1; 3 ]
            testCase "throws" <| fun () -> invalidOp "the sky fell"
            testProperty "is a false law" <| fun (n: int) -> n < 5
        ]

/// Tests that pass or are skipped.
let passing () =
    Test.filter "." (List.contains "passes") (outcomes ())

/// Two tests of one name.
let repeated () =
    testList "Repeated" [ testCase "same" ignore; testCase "same" ignore ]

/// Gets the sample of a name.
let named name =
    match name with
    | "outcomes" -> outcomes ()
    | "passing" -> passing ()
    | "repeated" -> TestDiscovery.check [ "Sample.repeated", true, repeated () ]
    | "unlisted" ->
        TestDiscovery.check
            [ "Sample.outcomes", true, outcomes (); "Sample.forgotten", false, repeated () ]
    | "focused" -> TestDiscovery.check [ "Sample.focused", true, ftestCase "focused" ignore ]
    | other -> invalidArg (nameof name) $"there is no sample '{other}'"
