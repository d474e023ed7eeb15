namespace UniRep.Testing

open System
open System.Collections.Generic
open System.Reflection
open Expecto

/// Finds the tests of an assembly.
[<RequireQualifiedAccess>]
module TestDiscovery =
    /// Gets the name of a test, as filters and reports show it.
    let nameOf (test: FlatTest) = test.fullName "."

    /// Every value of type Test in the modules of an assembly: its full name, whether it is marked as `[<Tests>]`, and itself.
    let private declared (assembly: Assembly) =
        let everyStatic =
            BindingFlags.Static
            ||| BindingFlags.Public
            ||| BindingFlags.NonPublic
            ||| BindingFlags.DeclaredOnly

        [
            for holder in assembly.GetTypes() do
                if not holder.ContainsGenericParameters then
                    for property in holder.GetProperties everyStatic do
                        if property.PropertyType = typeof<Test> then
                            let isMarked = property.IsDefined(typeof<TestsAttribute>, false)

                            match property.GetValue null with
                            | :? Test as test ->
                                $"{holder.FullName}.{property.Name}", isMarked, test
                            | _ -> ()
        ]

    let private failIfAny what names =
        if not (List.isEmpty names) then
            failtestNoStackf "%s:\n%s" what (String.Join("\n", names))

    /// Gives the tests of the marked values, each with its name, whether it is marked, and itself; those of one value run one
    /// after another, beside those of other values. Three tests more check the values: every test is in a marked value, no
    /// two have one name, and none is focused.
    let check (values: (string * bool * Test) list) =
        let marked =
            [
                for name, isMarked, test in values do
                    if isMarked then
                        testSequencedGroup name test
            ]

        let cases = Test.toTestCodeList (TestList(marked, Normal))
        let found = HashSet(cases |> Seq.map _.test, HashIdentity.Reference)

        let focused = cases |> List.filter (fun case -> case.state = Focused)

        let checks =
            testList
                "TestDiscovery"
                [
                    testCase "every test is in a list that is marked as [<Tests>]"
                    <| fun () ->
                        failIfAny
                            "not listed"
                            [
                                for name, isMarked, test in values do
                                    if not isMarked then
                                        for case in Test.toTestCodeList test do
                                            if not (found.Contains case.test) then
                                                $"{name}: {nameOf case}"
                            ]
                    testCase "no two tests have one name"
                    <| fun () ->
                        cases
                        |> List.countBy nameOf
                        |> List.filter (fun (_, count) -> count > 1)
                        |> List.map fst
                        |> failIfAny "more than once"
                    // Where tests are focused, only such a test runs.
                    (if focused.IsEmpty then testCase else ftestCase)
                        "no test is focused"
                        (fun () -> failIfAny "focused" (List.map nameOf focused))
                ]

        TestList(marked @ [ checks ], Normal)

    /// Gives the tests of all values in an assembly that are marked as `[<Tests>]`, and the tests that check the values.
    let testsOf assembly = check (declared assembly)

    /// Lets all tests run one after another.
    let rec oneAfterAnother (test: Test) =
        match test with
        | Test.Sequenced(_, inner) -> oneAfterAnother inner
        | Test.TestList(tests, state) -> Test.TestList(List.map oneAfterAnother tests, state)
        | Test.TestLabel(label, inner, state) -> Test.TestLabel(label, oneAfterAnother inner, state)
        | Test.TestCase _ -> testSequenced test
