module UniRep.Tests.ErrorTests

open System
open System.IO
open System.Reflection
open System.Text.RegularExpressions
open FSharp.Reflection
open UniRep
open UniRep.IO
open UniRep.Training
open Expecto
open UniRep.Testing

let private library = typeof<Sequence>.Assembly

[<Tests>]
let tests =
    testList
        "ErrorTests"
        [
            testCase "every error type implements IError"
            <| fun () ->
                let errors =
                    library.GetExportedTypes()
                    |> Array.filter (fun found ->
                        found.Name.EndsWith("Error", StringComparison.Ordinal)
                        && FSharpType.IsUnion found
                        && not found.IsNested)

                Assert.isBetween 15 100 errors.Length

                for found in errors do
                    Expect.isTrue (typeof<IError>.IsAssignableFrom found) found.Name

            testCase "the library says nothing of the command line"
            <| fun () ->
                let words =
                    Regex
                        """--[a-z]{2}[a-z-]*|\bunirep (?:embed|weights|evotune|train)\b|\bwith -o\b"""

                let lines =
                    Directory.GetFiles(
                        TestFiles.repositoryPath "src/UniRep.FSharp",
                        "*.fs",
                        SearchOption.AllDirectories
                    )
                    |> Seq.collect (fun path ->
                        File.ReadLines path
                        |> Seq.filter (fun line ->
                            not (line.TrimStart().StartsWith("//", StringComparison.Ordinal))
                            && words.IsMatch line)
                        |> Seq.map (fun line -> $"{Path.GetFileName path}: {line.Trim()}"))

                Assert.isEmpty lines

            testCase "a result gives its value or raises its error by name"
            <| fun () ->
                Assert.equal "MK" ((Sequence.parse "MK" |> Result.orRaise).Letters)

                let raised =
                    Assert.throws<UniRepException>(fun () ->
                        Sequence.parse "M1" |> Result.orRaise |> ignore)

                Assert.equal "UnknownResidue" raised.Case
                Assert.equal ((SequenceError.UnknownResidue('1', 2)).Message) raised.Message

            testCase "several errors are raised as the first, with a line each"
            <| fun () ->
                let error index =
                    {
                        Index = index
                        Error = SequenceError.UnknownResidue('1', 2)
                    }

                let raise' errors =
                    Result.orRaiseAll (Error errors: Result<unit, InvalidSequence list>)

                let raised = Assert.throws<UniRepException>(fun () -> raise' (List.init 25 error))
                Assert.equal "UnknownResidue" raised.Case
                Assert.equal (Nullable 0) raised.Index
                Assert.equal (Nullable 2) raised.Position
                let lines = raised.Message.Split '\n'
                Assert.equal 21 lines.Length
                Assert.equal ((error 1).Message) (lines[1])
                Assert.equal "and 5 more" (lines[20])

            testCase "an input of many errors tells how many there are"
            <| fun () ->
                use folder = new TestFolder()
                let text = String.replicate 30 ">a\nM1\n"
                let path = folder.WriteText("a.fasta", text)

                match SequenceFile.load path with
                | Error(FileError.Input(errors, count)) ->
                    Assert.equal (20, 30L) (errors.Length, count)

                    Assert.equal
                        (InputError.BadResidue(path, "a", 2L, 2, Text.Rune '1'))
                        errors.Head
                | other -> failtest $"{other}"

                let missing = folder.Path "none.fasta"

                Assert.equal
                    (Error(FileError.Input([ InputError.NotFound missing ], 1L)))
                    (SequenceFile.load missing |> Result.map _.Length)

            testCase "a file is read with options"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.WriteText("a.fasta", ">a\nmk\n")

                let loaded =
                    SequenceFile.loadWith
                        { SequenceFile.defaults with
                            UpperCase = true
                        }
                        path

                Assert.equal [| "MK" |] (loaded |> Result.orRaise |> Array.map _.Sequence.Letters)
        ]
