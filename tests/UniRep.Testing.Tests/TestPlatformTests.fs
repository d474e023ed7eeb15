module UniRep.Testing.TestPlatformTests

open System
open System.Diagnostics
open System.Text.RegularExpressions
open Expecto

/// Runs this program with a sample; gives its exit code and what it printed.
let private run sample (arguments: string list) =
    let start =
        ProcessStartInfo(
            nonNull Environment.ProcessPath,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        )

    // Without --no-ansi the output has colours where the variable CI is set.
    for argument in arguments @ [ "--progress"; "off"; "--no-ansi" ] do
        start.ArgumentList.Add argument

    start.Environment[Sample.variable] <- sample
    use child = nonNull (Process.Start start)
    let errors = child.StandardError.ReadToEndAsync()
    let output = child.StandardOutput.ReadToEnd()
    child.WaitForExit()
    child.ExitCode, output + errors.Result

/// Gets a count of the summary, such as `failed: 2`.
let private count name output =
    int (Regex.Match(output, $"{name}: ([0-9]+)").Groups[1].Value)

/// Gets the names that `--list-tests` prints.
let private listed (output: string) =
    [
        for line in output.Split '\n' do
            if line.StartsWith "  " && line.Contains '.' && not (line.Contains "duration") then
                line.Trim()
    ]

[<Tests>]
let tests =
    testList
        "TestPlatformTests"
        [
            testCase "every outcome is counted and reported, and a failure is the exit code"
            <| fun () ->
                let code, output = run "outcomes" []
                Assert.equal 2 code
                Assert.equal 5 (count "succeeded" output)
                Assert.equal 2 (count "skipped" output)
                Assert.equal 3 (count "failed" output)
                Assert.contains "failed Outcomes.differs" output
                Assert.contains "failed Outcomes.throws" output
                Assert.contains "failed Outcomes.is a false law" output

            testCase "a skipped test says why"
            <| fun () ->
                let _, output = run "outcomes" []
                Assert.contains "skipped Outcomes.is skipped" output
                Assert.contains "there is no data here" output

            testCase "a failed comparison shows both values and the line"
            <| fun () ->
                let _, output = run "outcomes" [ "--filter"; "differs" ]
                Assert.contains "expected: [1; 2]" output
                Assert.contains "actual: [1; 3]" output
                Assert.contains "Sample.fs:line " output

            testCase "an exception shows its type, its message and the line"
            <| fun () ->
                let _, output = run "outcomes" [ "--filter"; "throws" ]
                Assert.contains "System.InvalidOperationException: the sky fell" output
                Assert.contains "Sample.fs:" output

            testCase "tests that pass end with 0"
            <| fun () ->
                let code, output = run "passing" []
                Assert.equal (0, 1) (code, count "succeeded" output)

            testCase "tests are listed without running"
            <| fun () ->
                let code, output = run "outcomes" [ "--list-tests" ]
                Assert.equal 0 code
                let names = listed output
                Assert.equal 10 names.Length
                Assert.has "Outcomes.is even.4" names
                Assert.has "Outcomes.throws" names

            testTheory
                "a filter takes parts of names, and * for any text"
                [
                    [ "--filter"; "passes" ], [ "Outcomes.passes" ]
                    [ "--filter"; "Outcomes.is even" ],
                    [ "Outcomes.is even.2"; "Outcomes.is even.4" ]
                    [ "--filter"; "is*2"; "waits" ], [ "Outcomes.waits"; "Outcomes.is even.2" ]
                    [ "--filter"; "is"; "--filter-not"; "even"; "law" ],
                    [ "Outcomes.is skipped"; "Outcomes.is pending" ]
                    [ "--filter"; "nothing of the kind" ], []
                ]
            <| fun (arguments, expected) ->
                let _, output = run "outcomes" ("--list-tests" :: arguments)
                Assert.equal expected (listed output)

            testCase "a filter that no test fits is an error"
            <| fun () ->
                let code, _ = run "outcomes" [ "--filter"; "nothing of the kind" ]
                Assert.equal 8 code

            testCase "a test that is in no marked list fails the run and is named"
            <| fun () ->
                let code, output = run "unlisted" [ "--filter"; "TestDiscovery" ]
                Assert.equal 2 code
                Assert.contains "Sample.forgotten: Repeated.same" output

            testCase "two tests of one name fail the run"
            <| fun () ->
                let code, output = run "repeated" [ "--filter"; "TestDiscovery" ]
                Assert.equal 2 code
                Assert.contains "more than once" output
                Assert.contains "Repeated.same" output

            testCase "a focused test, which would leave out the others, fails the run"
            <| fun () ->
                let code, output = run "focused" []
                Assert.equal 2 code
                Assert.contains "no test is focused" output
        ]
