module UniRep.Tests.InputErrorTests

open System
open System.IO
open System.Text
open UniRep
open UniRep.IO
open Xunit

/// The errors of a file in the order of their places.
let private errorsOf options (path: string) =
    SequenceFile.read options path
    |> Seq.choose (function
        | Ok _ -> None
        | Error error -> Some error)
    |> List.ofSeq

let private described options path =
    errorsOf options path |> List.map _.Message

/// The errors of a text under a name, told without the folder.
let internal describedOf options (name: string) (bytes: byte[]) =
    use folder = new TestFolder()
    let path = folder.WriteBytes(name, bytes)

    described options path
    |> List.map (fun text -> text.Replace(path, Path.GetFileName path |> string))

let internal ofText (name: string) (text: string) =
    describedOf SequenceFile.defaults name (Encoding.UTF8.GetBytes text)

[<Fact>]
let ``a file that is not there is named`` () =
    use folder = new TestFolder()
    let path = folder.Path "none.fasta"
    Assert.Equal<string list>([ $"{path}: no such file" ], described SequenceFile.defaults path)
    let path = folder.Path "no/folder.txt"
    Assert.Equal<InputError list>([ InputError.NotFound path ], errorsOf SequenceFile.defaults path)
    let path = folder.Path "no-extension"
    Assert.Equal<InputError list>([ InputError.NotFound path ], errorsOf SequenceFile.defaults path)

[<Fact>]
let ``a folder is no file`` () =
    use folder = new TestFolder()

    for name in [ "set.fasta"; "set.fasta.gz"; "set" ] do
        let path = (Directory.CreateDirectory(folder.Path name)).FullName

        Assert.Equal<string list>(
            [ $"{path}: is a folder, not a file of sequences" ],
            described SequenceFile.defaults path
        )

[<Fact>]
let ``a name that cannot be one is refused`` () =
    for path in [ "\000.fasta"; "a\000.fasta.gz" ] do
        Assert.Equal<InputError list>(
            [ InputError.CannotRead(path, "is no file name") ],
            errorsOf SequenceFile.defaults path
        )

[<Fact>]
let ``an extension that tells nothing is an error with the ones that do`` () =
    Assert.Equal<string list>(
        [
            "a.pdb: unknown extension; known are .fasta .fa .faa .fas .fsa .pep .mpfa .a2m .a3m .afa .txt .csv .tsv, each also .gz"
        ],
        ofText "a.pdb" ">a\nMK\n"
    )

[<Fact>]
let ``a file that must not be read is an error`` () =
    Assert.SkipWhen(OperatingSystem.IsWindows(), "permissions are another matter there")
    Assert.SkipWhen(Environment.IsPrivilegedProcess, "root may read every file")
    use folder = new TestFolder()
    let path = folder.WriteText("a.fasta", ">a\nMK\n")
    File.SetUnixFileMode(path, UnixFileMode.None)

    let isRefused =
        match errorsOf SequenceFile.defaults path with
        | [ InputError.CannotRead(file, _) ] -> file = path
        | _ -> false

    Assert.True isRefused

[<Fact>]
let ``bytes that are not UTF-8 are told by line and byte`` () =
    let bytes =
        Array.append (Encoding.UTF8.GetBytes ">a\nMK\n>b\nGG") [| 0xFCuy; byte 'K'; 10uy |]

    Assert.Equal<string list>(
        [
            "a.fasta: line 4, byte 3: not UTF-8 text: convert the file, or remove the byte"
        ],
        describedOf SequenceFile.defaults "a.fasta" bytes
    )

    Assert.Equal<string list>(
        [
            "a.txt: line 1, byte 3: not UTF-8 text: convert the file, or remove the byte"
        ],
        describedOf SequenceFile.defaults "a.txt" [| byte 'M'; byte 'K'; 0xC3uy |]
    )

[<Fact>]
let ``text before the first header is told by line`` () =
    Assert.Equal<string list>(
        [ "a.fasta: line 2: text before the first '>': is this a FASTA file?" ],
        ofText "a.fasta" "\nMKT\n>a\nMK\n"
    )

[<Theory>]
[<InlineData("a.fasta", "")>]
[<InlineData("a.fasta", "\n \n;only a comment\n")>]
[<InlineData("a.a2m", "\uFEFF")>]
[<InlineData("a.txt", "\r\n\r\n")>]
[<InlineData("a.csv", "")>]
[<InlineData("a.csv", "id,sequence\n")>]
[<InlineData("a.tsv", "\n")>]
let ``a file without a record is an error`` (name: string, text: string) =
    Assert.Equal<string list>([ $"{name}: there is no record in it" ], ofText name text)

[<Fact>]
let ``empty records are named, and do not end the reading`` () =
    Assert.Equal<string list>(
        [
            "a.fasta: record 'a', line 1: the sequence is empty"
            "a.fasta: record 'c', line 4: the sequence is empty"
        ],
        ofText "a.fasta" ">a\n>b\nMK\n>c\n"
    )

    Assert.Equal<string list>(
        [ "a.a2m: record 'a', line 1: the sequence is empty" ],
        ofText "a.a2m" ">a\n--..\n"
    )

    Assert.Equal<string list>(
        [ "a.csv: record '2', line 3: the sequence is empty" ],
        ofText "a.csv" "sequence,x\nMK,\n,2\n"
    )

[<Theory>]
[<InlineData("MKT*", "column 4: '*' is not a residue: end the sequence there")>]
[<InlineData("MK-T", "column 3: '-' is not a residue: read alignments as A2M, which drops gaps")>]
[<InlineData("MKt", "column 3: 't' is not a residue: write residues in upper case")>]
[<InlineData(" M 1",
             "column 4: '1' is not a residue: remove numbers from sequences; numbered text, such as GenBank's, must be converted to FASTA")>]
[<InlineData("M\u0007", "column 2: U+0007 is not a residue: remove it")>]
[<InlineData("M\uFEFF",
             "column 2: U+FEFF is not a residue: a byte order mark within a file: were files joined? Remove it, and see that a header follows a line break")>]
[<InlineData("M\U0001F9EC",
             "column 2: '🧬' (U+1F9EC) is not a residue: remove it, or write what it stands for")>]
[<InlineData("M?", "column 2: '?' is not a residue: write X for an unknown residue")>]
[<InlineData("MÉ", "column 2: 'É' (U+00C9) is not a residue: write X for an unknown residue")>]
[<InlineData("MK>b",
             "column 3: '>' is not a residue: a header must begin its line: put a line break before it")>]
[<InlineData("M\000",
             "column 2: U+0000 is not a residue: was the file cut off and filled with zeros, or is it UTF-16?")>]
[<InlineData("M,K", "column 2: ',' is not a residue: is this a table?")>]
[<InlineData("MKА",
             "column 3: 'А' (U+0410) is not a residue: it only looks like the letter A: type that instead")>]
[<InlineData("Mα", "column 2: 'α' (U+03B1) is not a residue: write X for an unknown residue")>]
[<InlineData("MΚ",
             "column 2: 'Κ' (U+039A) is not a residue: it only looks like the letter K: type that instead")>]
[<InlineData("Ｍ",
             "column 1: 'Ｍ' (U+FF2D) is not a residue: it only looks like the letter M: type that instead")>]
[<InlineData("K\U0001D40C",
             "column 2: '𝐌' (U+1D40C) is not a residue: it only looks like the letter M: type that instead")>]
let ``a strange letter is told with its place and what to do`` (line: string, expected: string) =
    Assert.Equal<string list>(
        [ $"a.fasta: record 'x', line 3, {expected}" ],
        ofText "a.fasta" $">x\nMKT\n{line}\n>y\nMK\n"
    )

[<Fact>]
let ``a long name is cut, and keeps to one line`` () =
    let name = "two\nlines" + String('x', 100)
    let shown = "two lines" + String('x', 50) + "…"

    Assert.Equal(
        $"f: record '{shown}', line 3: the sequence is empty",
        (InputError.EmptyRecord("f", name, 3L)).Message
    )

[<Fact>]
let ``a damaged gzip file is an error`` () =
    Assert.Equal(
        "a.gz: bad gzip file: cut off at byte 7: fetch or compress it again",
        (InputError.BadGzip("a.gz", "cut off at byte 7")).Message
    )

[<Fact>]
let ``reading goes on after an error of one record only`` () =
    let ofRecord =
        [
            InputError.EmptyRecord("f", "a", 1L)
            InputError.BadResidue("f", "a", 1L, 1, Rune '?')
            InputError.Heading("f", "1", 1L, "SEQUENCE")
            InputError.SeveralWords("f", "1", 1L)
        ]

    let ofFile =
        [
            InputError.NotFound "f"
            InputError.IsFolder "f"
            InputError.CannotRead("f", "")
            InputError.UnknownFormat "f"
            InputError.NotUtf8("f", 1L, 1)
            InputError.BadGzip("f", "")
            InputError.OtherFormat("f", "")
            InputError.TooLong("f", 1L, 1)
            InputError.HeaderInList("f", 1L)
            InputError.NoHeader("f", 1L)
            InputError.NoRecord "f"
            InputError.NoColumn("f", "a", [])
            InputError.BadRow("f", 1L, "")
        ]

    Assert.All(ofRecord, (fun error -> Assert.True(InputError.isOfRecord error)))
    Assert.All(ofFile, (fun error -> Assert.False(InputError.isOfRecord error)))

[<Fact>]
let ``a stream that fails in the middle is an error`` () =
    let failing =
        { new MemoryStream() with
            override _.Read(_: byte[], _: int, _: int) : int =
                raise (IOException "the disk is gone")

            override _.Read(_: Span<byte>) : int = raise (IOException "the disk is gone")
        }

    for format in [ InputFormat.Fasta; InputFormat.Lines; InputFormat.Csv; InputFormat.Tsv ] do
        let options =
            { SequenceFile.defaults with
                Format = Some format
            }

        let errors =
            SequenceFile.readStream options "it" failing
            |> Seq.map (Result.map ignore)
            |> List.ofSeq

        Assert.Equal<Result<unit, InputError> list>(
            [ Error(InputError.CannotRead("it", "the disk is gone")) ],
            errors
        )
