module UniRep.Tests.InputErrorTests

open System
open System.IO
open System.Text
open UniRep
open UniRep.IO
open Expecto
open UniRep.Testing

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

[<Tests>]
let tests =
    testList
        "InputErrorTests"
        [
            testCase "a file that is not there is named"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "none.fasta"
                Assert.equal [ $"{path}: no such file" ] (described SequenceFile.defaults path)
                let path = folder.Path "no/folder.txt"
                Assert.equal [ InputError.NotFound path ] (errorsOf SequenceFile.defaults path)
                let path = folder.Path "no-extension"
                Assert.equal [ InputError.NotFound path ] (errorsOf SequenceFile.defaults path)

            testCase "a folder is no file"
            <| fun () ->
                use folder = new TestFolder()

                for name in [ "set.fasta"; "set.fasta.gz"; "set" ] do
                    let path = (Directory.CreateDirectory(folder.Path name)).FullName

                    Assert.equal
                        [ $"{path}: is a folder, not a file of sequences" ]
                        (described SequenceFile.defaults path)

            testCase "a name that cannot be one is refused"
            <| fun () ->
                for path in [ "\000.fasta"; "a\000.fasta.gz" ] do
                    Assert.equal
                        [ InputError.CannotRead(path, "is no file name") ]
                        (errorsOf SequenceFile.defaults path)

            testCase "an extension that tells nothing is an error with the ones that do"
            <| fun () ->
                Assert.equal
                    [
                        "a.pdb: unknown extension; known are .fasta .fa .faa .fas .fsa .pep .mpfa .a2m .a3m .afa .sto .stk .stockholm .txt .csv .tsv, each also .gz"
                    ]
                    (ofText "a.pdb" ">a\nMK\n")

            testCase "a file that must not be read is an error"
            <| fun () ->
                if OperatingSystem.IsWindows() then
                    skiptest "permissions are another matter there"

                if Environment.IsPrivilegedProcess then
                    skiptest "root may read every file"

                use folder = new TestFolder()
                let path = folder.WriteText("a.fasta", ">a\nMK\n")
                File.SetUnixFileMode(path, UnixFileMode.None)

                let isRefused =
                    match errorsOf SequenceFile.defaults path with
                    | [ InputError.CannotRead(file, _) ] -> file = path
                    | _ -> false

                Assert.isTrue isRefused

            testCase "bytes that are not UTF-8 are told by line and byte"
            <| fun () ->
                let bytes =
                    Array.append
                        (Encoding.UTF8.GetBytes ">a\nMK\n>b\nGG")
                        [| 0xFCuy; byte 'K'; 10uy |]

                Assert.equal
                    [
                        "a.fasta: line 4, byte 3: not UTF-8 text: convert the file, or remove the byte"
                    ]
                    (describedOf SequenceFile.defaults "a.fasta" bytes)

                Assert.equal
                    [
                        "a.txt: line 1, byte 3: not UTF-8 text: convert the file, or remove the byte"
                    ]
                    (describedOf SequenceFile.defaults "a.txt" [| byte 'M'; byte 'K'; 0xC3uy |])

            testCase "text before the first header is told by line"
            <| fun () ->
                Assert.equal
                    [ "a.fasta: line 2: text before the first '>': is this a FASTA file?" ]
                    (ofText "a.fasta" "\nMKT\n>a\nMK\n")

            testTheory
                "a file without a record is an error"
                [
                    "a.fasta", ""
                    "a.fasta", "\n \n;only a comment\n"
                    "a.a2m", "\uFEFF"
                    "a.txt", "\r\n\r\n"
                    "a.csv", ""
                    "a.csv", "id,sequence\n"
                    "a.tsv", "\n"
                ]
            <| fun (name: string, text: string) ->
                Assert.equal [ $"{name}: there is no record in it" ] (ofText name text)

            testCase "empty records are named, and do not end the reading"
            <| fun () ->
                Assert.equal
                    [
                        "a.fasta: record 'a', line 1: the sequence is empty"
                        "a.fasta: record 'c', line 4: the sequence is empty"
                    ]
                    (ofText "a.fasta" ">a\n>b\nMK\n>c\n")

                Assert.equal
                    [ "a.a2m: record 'a', line 1: the sequence is empty" ]
                    (ofText "a.a2m" ">a\n--..\n")

                Assert.equal
                    [ "a.csv: record '2', line 3: the sequence is empty" ]
                    (ofText "a.csv" "sequence,x\nMK,\n,2\n")

            testTheory
                "a strange letter is told with its place and what to do"
                [
                    "MKT*", "column 4: '*' is not a residue: end the sequence there"
                    "MK-T",
                    "column 3: '-' is not a residue: read alignments as A2M, which drops gaps"
                    "MKt", "column 3: 't' is not a residue: write residues in upper case"
                    " M 1",
                    "column 4: '1' is not a residue: remove numbers from sequences; numbered text, such as GenBank's, must be converted to FASTA"
                    "M\u0007", "column 2: U+0007 is not a residue: remove it"
                    "M\uFEFF",
                    "column 2: U+FEFF is not a residue: a byte order mark within a file: were files joined? Remove it, and see that a header follows a line break"
                    "M\U0001F9EC",
                    "column 2: '🧬' (U+1F9EC) is not a residue: remove it, or write what it stands for"
                    "M?", "column 2: '?' is not a residue: write X for an unknown residue"
                    "MÉ", "column 2: 'É' (U+00C9) is not a residue: write X for an unknown residue"
                    "MK>b",
                    "column 3: '>' is not a residue: a header must begin its line: put a line break before it"
                    "M\000",
                    "column 2: U+0000 is not a residue: was the file cut off and filled with zeros, or is it UTF-16?"
                    "M,K", "column 2: ',' is not a residue: is this a table?"
                    "MKА",
                    "column 3: 'А' (U+0410) is not a residue: it only looks like the letter A: type that instead"
                    "Mα", "column 2: 'α' (U+03B1) is not a residue: write X for an unknown residue"
                    "MΚ",
                    "column 2: 'Κ' (U+039A) is not a residue: it only looks like the letter K: type that instead"
                    "Ｍ",
                    "column 1: 'Ｍ' (U+FF2D) is not a residue: it only looks like the letter M: type that instead"
                    "K\U0001D40C",
                    "column 2: '𝐌' (U+1D40C) is not a residue: it only looks like the letter M: type that instead"
                ]
            <| fun (line: string, expected: string) ->
                Assert.equal
                    [ $"a.fasta: record 'x', line 3, {expected}" ]
                    (ofText "a.fasta" $">x\nMKT\n{line}\n>y\nMK\n")

            testCase "a long name is cut, and keeps to one line"
            <| fun () ->
                let name = "two\nlines" + String('x', 100)
                let shown = "two lines" + String('x', 50) + "…"

                Assert.equal
                    $"f: record '{shown}', line 3: the sequence is empty"
                    ((InputError.EmptyRecord("f", name, 3L)).Message)

            testCase "a damaged gzip file is an error"
            <| fun () ->
                Assert.equal
                    "a.gz: bad gzip file: cut off at byte 7: fetch or compress it again"
                    ((InputError.BadGzip("a.gz", "cut off at byte 7")).Message)

            testCase "reading goes on after an error of one record only"
            <| fun () ->
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
                        InputError.NoStockholmHeader("f", 1L)
                        InputError.Misnamed("f", InputFormat.Stockholm)
                        InputError.UnequalRows("f", "a", 1L, 2, 3)
                        InputError.NoRecord "f"
                        InputError.NoColumn("f", "a", [])
                        InputError.BadRow("f", 1L, "")
                    ]

                for error in ofRecord do
                    Assert.isTrue (InputError.isOfRecord error)

                for error in ofFile do
                    Assert.isFalse (InputError.isOfRecord error)

            testCase "a stream that fails in the middle is an error"
            <| fun () ->
                let failing =
                    { new MemoryStream() with
                        override _.Read(_: byte[], _: int, _: int) : int =
                            raise (IOException "the disk is gone")

                        override _.Read(_: Span<byte>) : int =
                            raise (IOException "the disk is gone")
                    }

                for format in
                    [
                        InputFormat.Fasta
                        InputFormat.Stockholm
                        InputFormat.Lines
                        InputFormat.Csv
                        InputFormat.Tsv
                    ] do
                    let options =
                        { SequenceFile.defaults with
                            Format = Some format
                        }

                    let errors =
                        SequenceFile.readStream options "it" failing
                        |> Seq.map (Result.map ignore)
                        |> List.ofSeq

                    Assert.equal [ Error(InputError.CannotRead("it", "the disk is gone")) ] errors
        ]
