module UniRep.Tests.ErrorTests

open System
open System.IO
open System.Reflection
open System.Text.RegularExpressions
open FSharp.Reflection
open UniRep
open UniRep.IO
open UniRep.Training
open Xunit

let private library = typeof<Sequence>.Assembly

[<Fact>]
let ``every error type implements IError`` () =
    let errors =
        library.GetExportedTypes()
        |> Array.filter (fun found ->
            found.Name.EndsWith("Error", StringComparison.Ordinal)
            && FSharpType.IsUnion found
            && not found.IsNested)

    Assert.InRange(errors.Length, 15, 100)

    Assert.All(errors, fun found -> Assert.True(typeof<IError>.IsAssignableFrom found, found.Name))

[<Fact>]
let ``the library says nothing of the command line`` () =
    let words =
        Regex """--[a-z]{2}[a-z-]*|\bunirep (?:embed|weights|evotune|train)\b|\bwith -o\b"""

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

    Assert.Empty lines

[<Fact>]
let ``a result gives its value or raises its error by name`` () =
    Assert.Equal("MK", (Sequence.parse "MK" |> Result.orRaise).Letters)

    let raised =
        Assert.Throws<UniRepException>(fun () -> Sequence.parse "M1" |> Result.orRaise |> ignore)

    Assert.Equal("UnknownResidue", raised.Case)
    Assert.Equal((SequenceError.UnknownResidue('1', 2)).Message, raised.Message)

[<Fact>]
let ``several errors are raised as the first, with a line each`` () =
    let error index =
        {
            Index = index
            Error = SequenceError.UnknownResidue('1', 2)
        }

    let raise' errors =
        Result.orRaiseAll (Error errors: Result<unit, InvalidSequence list>)

    let raised = Assert.Throws<UniRepException>(fun () -> raise' (List.init 25 error))
    Assert.Equal("UnknownResidue", raised.Case)
    Assert.Equal(Nullable 0, raised.Index)
    Assert.Equal(Nullable 2, raised.Position)
    let lines = raised.Message.Split '\n'
    Assert.Equal(21, lines.Length)
    Assert.Equal((error 1).Message, lines[1])
    Assert.Equal("and 5 more", lines[20])

[<Fact>]
let ``an input of many errors tells how many there are`` () =
    use folder = new TestFolder()
    let text = String.replicate 30 ">a\nM1\n"
    let path = folder.WriteText("a.fasta", text)

    match SequenceFile.load path with
    | Error(FileError.Input(errors, count)) ->
        Assert.Equal((20, 30L), (errors.Length, count))
        Assert.Equal(InputError.BadResidue(path, "a", 2L, 2, Text.Rune '1'), errors.Head)
    | other -> Assert.Fail $"{other}"

    let missing = folder.Path "none.fasta"

    Assert.Equal(
        Error(FileError.Input([ InputError.NotFound missing ], 1L)),
        SequenceFile.load missing |> Result.map _.Length
    )

[<Fact>]
let ``a file is read with options`` () =
    use folder = new TestFolder()
    let path = folder.WriteText("a.fasta", ">a\nmk\n")

    let loaded =
        SequenceFile.loadWith
            { SequenceFile.defaults with
                UpperCase = true
            }
            path

    Assert.Equal<string>([| "MK" |], loaded |> Result.orRaise |> Array.map _.Sequence.Letters)
