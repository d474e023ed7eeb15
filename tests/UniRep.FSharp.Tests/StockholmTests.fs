/// Alignments in Stockholm format. `InputProperties` and `StockholmProperties` have its laws.
module UniRep.Tests.StockholmTests

open System.IO
open System.Text
open UniRep
open UniRep.IO
open UniRep.Training
open UniRep.Tests.InputErrorTests
open UniRep.Tests.TableTests
open UniRep.Tests.TextInputTests
open Expecto
open UniRep.Testing

let private stockholm = as' InputFormat.Stockholm

let private aligned options text =
    recordsOf { options with KeepAligned = true } text
    |> List.map (fun record -> record.Id, Encoding.ASCII.GetString record.Aligned)

/// Two blocks; the reference line leaves out the third and the last column.
let private blocks =
    "# STOCKHOLM 1.0\n#=GF ID x\n#=GS b DE a protein\n\na/1-4  KV.D\nb\tKvaD\n#=GR b SS HHHH\n#=GC RF xx.x\n\n  a/1-4 E_~\nb EFg\n#=GC RF xA-\n//\n"

let private golden name =
    TestFiles.repositoryPath $"tests/golden/{name}"

let private loaded options path =
    match SequenceFile.loadWith options path with
    | Ok records -> records
    | Error error -> invalidOp error.Message

/// What of a record does not depend on the format.
let private content (record: SequenceRecord) =
    record.Id, record.Header, record.Sequence.Letters, Encoding.ASCII.GetString record.Aligned

[<Tests>]
let tests =
    testList
        "StockholmTests"
        [
            testCase "a row is a record, joined over blocks, in upper case and without gaps"
            <| fun () ->
                Assert.equal
                    [ "a/1-4", "a/1-4", "KVDE", 5L; "b", "b a protein", "KVADEFG", 6L ]
                    (recordsOf stockholm blocks
                     |> List.map (fun it -> it.Id, it.Header, it.Sequence.Letters, it.Line))

            testCase "the reference line marks the match columns; without it all columns are"
            <| fun () ->
                Assert.equal [ "a/1-4", "KVDE-"; "b", "KVDEF" ] (aligned stockholm blocks)
                let gapsAsX = { stockholm with GapsAsX = true }
                Assert.equal [ "a/1-4", "KVDEX"; "b", "KVDEF" ] (pairsOf gapsAsX blocks)
                Assert.equal [ "a/1-4", "KVDE-"; "b", "KVDEF" ] (aligned gapsAsX blocks)

                let plain = blocks.Replace("#=GC RF", "#=GC XX")
                Assert.equal [ "a/1-4", "KV-DE--"; "b", "KVADEFG" ] (aligned stockholm plain)
                Assert.equal [ "a/1-4", "KVXDEXX"; "b", "KVADEFG" ] (pairsOf gapsAsX plain)

            testCase "a blank within the reference line is a column that is no match"
            <| fun () ->
                Assert.equal
                    [ "a", "KD" ]
                    (aligned stockholm "# STOCKHOLM 1.0\na KVD\n#=GC RF x x\n//\n")

            testCase "HMMER's Stockholm file is read as its A2M file of the same alignment"
            <| fun () ->
                for gapsAsX in [ false; true ] do
                    let options =
                        { SequenceFile.defaults with
                            KeepAligned = true
                            GapsAsX = gapsAsX
                        }

                    let read name =
                        loaded options (golden name) |> Array.map content

                    Assert.equal (read "hmmalign.a2m") (read "hmmalign.sto")

                Assert.equal
                    [ 55; 61; 53; 40 ]
                    [
                        for record in loaded SequenceFile.defaults (golden "hmmalign.sto") ->
                            record.Sequence.Length
                    ]

            testTheory
                "it is known by its first line where the name says nothing"
                [
                    blocks
                    "\uFEFF\n" + blocks
                    "\000" + blocks
                    blocks.Replace("\n", "\r\n")
                    blocks + "\000"
                ]
            <| fun (text: string) ->
                let expected = [ "a/1-4", "KVDE"; "b", "KVADEFG" ]
                Assert.equal expected (readPiped text)
                Assert.equal expected (readText "a.txt" text)
                Assert.equal expected (readText "a.sto" text)

                Assert.equal
                    expected
                    (readBytes
                        SequenceFile.defaults
                        "a.stockholm.gz"
                        (Gzip.compress (Encoding.UTF8.GetBytes text)))

            testCase "under the name of another format it is refused with what to do"
            <| fun () ->
                for name in [ "a.fasta"; "a.a2m" ] do
                    Assert.equal
                        [
                            $"{name}: the text is in the format stockholm, not in that of its name or of the options: name it .sto, or read it as stockholm"
                        ]
                        (ofText name blocks)

                Assert.equal
                    [ InputError.Misnamed("it", InputFormat.Stockholm) ]
                    (use stream = new MemoryStream(Encoding.UTF8.GetBytes blocks)

                     SequenceFile.readStream (as' InputFormat.Lines) "it" stream
                     |> Seq.map (function
                         | Ok _ -> invalidOp "it was read"
                         | Error error -> error)
                     |> List.ofSeq)

            testTheory
                "a symbol that is no residue is found where it stands"
                [
                    blocks.Replace("KvaD", "Kv?D"),
                    "record 'b', line 6, column 5: '?' is not a residue: write X for an unknown residue"
                    blocks.Replace("E_~", "E*~"),
                    "record 'a/1-4', line 10, column 10: '*' is not a residue: end the sequence there"
                    blocks.Replace("EFg", "E1g"),
                    "record 'b', line 11, column 4: '1' is not a residue: remove numbers from sequences; numbered text, such as GenBank's, must be converted to FASTA"
                ]
            <| fun (text: string, expected) ->
                Assert.equal [ $"a.sto: {expected}" ] (ofText "a.sto" text)
                // The other row is read.
                Assert.equal 2 (readText "a.sto" text).Length

            testCase "options do what they say to letters, and columns stay"
            <| fun () ->
                let options =
                    { stockholm with
                        UnknownAsX = true
                        TrimStop = true
                    }

                let text = "# STOCKHOLM 1.0\na K?a?E*.\nb KVaaE.*\n#=GC RF xx..x..\n//\n"
                Assert.equal [ "a", "KXAXE"; "b", "KVAAE" ] (pairsOf options text)
                Assert.equal [ "a", "KXE"; "b", "KVE" ] (aligned options text)

                Assert.equal
                    [ "a", "KXE"; "b", "KVE" ]
                    (pairsOf { options with GapsAsX = true } text)

            testCase "descriptions are kept like those of FASTA, joined, in any encoding"
            <| fun () ->
                let text =
                    "# STOCKHOLM 1.0\n#=GS a DE one\n#=GS a AC P1\n#=GS a DE two\na KV\nb KV\n//\n"

                let options =
                    { stockholm with
                        Keep = Some Keep.Everything
                    }

                Assert.equal [ [ "one two" ]; [ "" ] ] (keptOf options text)

                let latin1 =
                    Encoding.Latin1.GetBytes
                        "# STOCKHOLM 1.0\n#=GF AU é\n#=GS a DE é\na KV\nb KV\n//\n"

                use stream = new MemoryStream(latin1)

                Assert.equal
                    [ "a é", true; "b", false ]
                    (SequenceFile.readStream stockholm "it" stream
                     |> Seq.map (function
                         | Ok record -> record.Header, record.IsLatin1
                         | Error error -> invalidOp error.Message)
                     |> List.ofSeq)

            testTheory
                "what is no alignment gets one message"
                [
                    "", "there is no record in it"
                    "# STOCKHOLM 1.0\n//\n", "there is no record in it"
                    "# STOCKHOLM 1.0\n#=GC RF xx\n", "there is no record in it"
                    "a KV\n//\n", "line 1: text before '# STOCKHOLM 1.0': is this a Stockholm file?"
                    ">a\nKV\n", "line 1: text before '# STOCKHOLM 1.0': is this a Stockholm file?"
                    "# STOCKHOLM 1.0\na KVD\nb KV\n//\n",
                    "record 'b', line 3: 2 columns, the first row has 3: all rows of a Stockholm alignment have the same number, and lines of one name are one row"
                    "# STOCKHOLM 1.0\na KV\nb KV\na KV\n//\n",
                    "record 'b', line 3: 2 columns, the first row has 4: all rows of a Stockholm alignment have the same number, and lines of one name are one row"
                    "# STOCKHOLM 1.0\na KVD\nb\n//\n",
                    "line 3: a name and one aligned text are expected on a line of a Stockholm file"
                    "# STOCKHOLM 1.0\na KVD 3\n//\n",
                    "line 2: a name and one aligned text are expected on a line of a Stockholm file"
                    "# STOCKHOLM 1.0\na KVD\n#=GC RF xx\n//\n",
                    "line 3: '#=GC RF' has 2 columns, the rows have 3: it must have as many, a letter or a . for each"
                    "# STOCKHOLM 1.0\na KVD\nb KVD\n",
                    "line 3: the alignment ends without a line '//': the file is cut off: fetch or write it again"
                    "# STOCKHOLM 1.0\na KVD\n# STOCKHOLM 1.0\nb KVD\n//\n",
                    "line 3: a second alignment begins, but no line '//' ends the first: put one before it"
                ]
            <| fun (text: string, expected) ->
                Assert.equal [ $"a.sto: {expected}" ] (ofText "a.sto" text)

            testCase "rows that are damaged are told by byte"
            <| fun () ->
                Assert.equal
                    [
                        "a.sto: line 2, byte 4: not UTF-8 text: convert the file, or remove the byte"
                    ]
                    (describedOf
                        SequenceFile.defaults
                        "a.sto"
                        (Encoding.Latin1.GetBytes "# STOCKHOLM 1.0\na KéV\n//\n"))

                Assert.equal
                    [
                        "a.sto: record 'x\uFFFDa', line 2, column 3: U+0000 is not a residue: was the file cut off and filled with zeros, or is it UTF-16?"
                    ]
                    (ofText "a.sto" "# STOCKHOLM 1.0\n x\000a KV\n//\n")

            testCase "of several alignments all rows are read, each by its own reference line"
            <| fun () ->
                let second = "# STOCKHOLM 1.0\nc AC-DE\nd ACCD-\n//\n"
                let text = blocks + "\n" + second

                Assert.equal
                    [ "a/1-4", "KVDE"; "b", "KVADEFG"; "c", "ACDE"; "d", "ACCD" ]
                    (readText "a.sto" text)

                Assert.equal
                    [ "a.sto: line 15: text before '# STOCKHOLM 1.0': is this a Stockholm file?" ]
                    (ofText "a.sto" (blocks + "\nc ACD\n"))

            testCase "where columns are compared, a second alignment is refused"
            <| fun () ->
                use folder = new TestFolder()

                let path = folder.WriteText("a.sto", blocks + "# STOCKHOLM 1.0\nc ACDEF\n//\n")

                let expected =
                    $"{path}: line 14: a second alignment begins, but columns can be compared within one only: write each alignment to a file of its own (HMMER's esl-afetch does)"

                for gapsAsX, limit in [ true, None; false, Some 0.8 ] do
                    let options =
                        { SequenceFile.defaults with
                            GapsAsX = gapsAsX
                        }

                    let filter =
                        { Corpus.everything with
                            MaxIdentity = limit
                        }

                    match Corpus.read options filter [ path ] with
                    | Error [ error ] -> Assert.equal expected error.Message
                    | other -> failtest $"{other}"

            testCase "the rows before a damaged alignment are read"
            <| fun () ->
                let text = "# STOCKHOLM 1.0\na KV\n//\n# STOCKHOLM 1.0\nb K V\n//\n"
                Assert.equal [ "a", "KV" ] (readPiped text |> List.take 1)
                Assert.equal "error" (readPiped text |> List.last |> fst)
        ]
