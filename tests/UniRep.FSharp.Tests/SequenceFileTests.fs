module UniRep.Tests.SequenceFileTests

open System.IO
open System.Text
open UniRep
open UniRep.IO
open UniRep.Training
open Expecto
open UniRep.Testing

/// Id, header, letters and line of each record of a text that can be read.
let private recordsOf options (text: string) =
    use stream = new MemoryStream(Encoding.UTF8.GetBytes text)

    SequenceFile.readStream options "it" stream
    |> Seq.map (function
        | Ok record -> record.Id, record.Header, record.Sequence.Letters, record.Line
        | Error error -> invalidOp error.Message)
    |> List.ofSeq

let private as' format =
    { SequenceFile.defaults with
        Format = Some format
    }

[<Tests>]
let tests =
    testList
        "SequenceFileTests"
        [
            testCase
                "an id is the first word of its header, and a sequence goes over any number of lines"
            <| fun () ->
                Assert.equal
                    [ "a", "a some protein", "MKTAY", 1L; "b", "b\tx", "GG", 5L ]
                    (recordsOf (as' InputFormat.Fasta) ">a some protein\nMKT\n\nAY\n> b\tx \nGG")

            testCase "a record without a name is called by its number"
            <| fun () ->
                Assert.equal
                    [ "1", "", "MK", 1L; "2", "", "GA", 3L ]
                    (recordsOf (as' InputFormat.Fasta) ">\nMK\n>  \nGA\n")

            testCase "byte order mark, CRLF, comments and white space do not count"
            <| fun () ->
                Assert.equal
                    [ "a", "a", "MKTAYIAK", 2L ]
                    (recordsOf
                        (as' InputFormat.Fasta)
                        "\uFEFF;made by hand\r\n>a\r\n MKT  AY\tIA\r\n; a comment\r\n\r\nK \r\n")

            testCase "an alignment loses its gaps and is read in upper case"
            <| fun () ->
                Assert.equal
                    [ "a", "a", "MKTAY", 1L ]
                    (recordsOf (as' InputFormat.A2m) ">a\n--MK.t-\nay..\n")

            testCase "lines are numbered by record, and blank ones are passed over"
            <| fun () ->
                Assert.equal
                    [ "1", "", "MKT", 1L; "2", "", "GA", 4L ]
                    (recordsOf (as' InputFormat.Lines) "MKT\r\n\n  \nGA")

            testCase "standard input is FASTA if it begins with a header, else lines"
            <| fun () ->
                Assert.equal [ "a", "a", "MKT", 2L ] (recordsOf SequenceFile.defaults "\n>a\nMKT\n")

                Assert.equal
                    [ "1", "", "MKT", 1L; "2", "", "GA", 2L ]
                    (recordsOf SequenceFile.defaults "MKT\nGA\n")

            testCase "a table's columns are found by their usual names"
            <| fun () ->
                Assert.equal
                    [ "x", "x", "MKT", 2L; "2", "", "GA", 3L ]
                    (recordsOf (as' InputFormat.Csv) "score,Name,SEQ\n1.5,x,MKT\n2,,GA\n")

                Assert.equal
                    [ "M1A", "M1A", "AKT", 2L ]
                    (recordsOf
                        (as' InputFormat.Tsv)
                        "\uFEFFmutant\tmutated_sequence\r\nM1A\tAKT\r\n")

            testCase "named columns win over usual ones"
            <| fun () ->
                let options =
                    { as' InputFormat.Csv with
                        SequenceColumn = Some "heavy"
                        IdColumn = Some "clone"
                    }

                Assert.equal
                    [ "c,7", "c,7", "MKT", 2L ]
                    (recordsOf options "id,sequence,clone,heavy\n1,GG,\"c,7\",MKT\n")

            testCase "options do what they say to letters"
            <| fun () ->
                let options =
                    { as' InputFormat.Lines with
                        UpperCase = true
                        TrimStop = true
                        UnknownAsX = true
                    }

                Assert.equal [ "1", "", "MKXT", 1L ] (recordsOf options "mk?T*\n")

            testCase "a record may be one line of 35,000 residues, or of a million"
            <| fun () ->
                for length in [ 35_000; 1_000_000 ] do
                    let letters = String.replicate (length / 5) "MKTAY"

                    Assert.equal
                        [ "long", "long", letters, 1L; "b", "b", "G", 3L ]
                        (recordsOf (as' InputFormat.Fasta) $">long\n{letters}\n>b\nG")

            testTheory
                "the extension tells the format"
                [
                    "a.fasta", "Fasta"
                    "a.FA", "Fasta"
                    "a.b.faa.gz", "Fasta"
                    "a.fas", "Fasta"
                    "a.fsa", "Fasta"
                    "a.pep", "Fasta"
                    "a.mpfa", "Fasta"
                    "a.a3m", "A2m"
                    "a.afa.gz", "A2m"
                    "a.sto", "Stockholm"
                    "a.STK.gz", "Stockholm"
                    "a.stockholm", "Stockholm"
                    "a.fna", ""
                    "a.a2m.GZ", "A2m"
                    "a.txt", "Lines"
                    "a.csv.gz", "Csv"
                    "a.tsv", "Tsv"
                    "a.gz", ""
                    "fasta", ""
                    "", ""
                ]
            <| fun (path: string, expected: string) ->
                let found =
                    SequenceFile.formatOf path |> Option.map string |> Option.defaultValue ""

                Assert.equal expected found

            testCase "a sequence of records can be read twice, and its file is closed each time"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.WriteText("a.fasta", ">a\nMK\n>b\nGG\n")
                let records = SequenceFile.read SequenceFile.defaults path
                Assert.equal 2 (Seq.length records)
                Assert.isTrue (records |> Seq.head |> Result.isOk)
                use exclusive = File.Open(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None)
                Assert.equal 12L exclusive.Length

            testCase "records come before their file is read to the end"
            <| fun () ->
                let endless =
                    { new Stream() with
                        override _.CanRead = true
                        override _.CanSeek = false
                        override _.CanWrite = false
                        override _.Length = raise (System.NotSupportedException())

                        override _.Position
                            with get () = raise (System.NotSupportedException())
                            and set _ = raise (System.NotSupportedException())

                        override _.Flush() = ()
                        override _.Seek(_, _) = raise (System.NotSupportedException())
                        override _.SetLength _ = raise (System.NotSupportedException())

                        override _.Write(_: byte[], _: int, _: int) : unit =
                            raise (System.NotSupportedException())

                        override _.Read(buffer: byte[], offset: int, count: int) =
                            let piece = Encoding.UTF8.GetBytes ">a\nMK\n"
                            let count = min count piece.Length
                            System.Array.Copy(piece, 0, buffer, offset, count)
                            count
                    }

                let taken =
                    SequenceFile.readStream SequenceFile.defaults "endless" endless
                    |> Seq.take 100_000
                    |> Seq.forall Result.isOk

                Assert.isTrue taken

            testCase "a summary counts records, residues, letters never trained and repeated ids"
            <| fun () ->
                use stream =
                    new MemoryStream(
                        Encoding.UTF8.GetBytes ">a\nMXK\n>b\nU?\n>a\nXBG\n>c\n\n>a\nK\n"
                    )

                let summary =
                    SequenceFile.readStream SequenceFile.defaults "it" stream
                    |> SequenceFile.summarize

                Assert.equal
                    (Ok
                        {
                            Records = 3L
                            Residues = 7L
                            Untrained = Map [ 'B', 1L; 'X', 2L ]
                            RepeatedIds = 2L
                            Errors =
                                [
                                    InputError.BadResidue("it", "b", 4L, 2, Rune '?')
                                    InputError.EmptyRecord("it", "c", 7L)
                                ]
                            BadRecords = 2L
                            Nucleotides = 1L
                            NucleotideRecords = 0L
                            FirstNucleotideRecord = None
                            LooksLikeNucleotides = false
                            Latin1Headers = 0L
                            FirstLatin1Line = None
                            ListWarnings = []
                        })
                    summary

            testCase "a summary keeps twenty errors and counts the rest"
            <| fun () ->
                let text = String.replicate 50 "?\n"
                use stream = new MemoryStream(Encoding.UTF8.GetBytes text)

                let summary =
                    SequenceFile.readStream (as' InputFormat.Lines) "it" stream
                    |> SequenceFile.summarize

                Assert.equal
                    (Ok(20, 50L))
                    (summary |> Result.map (fun s -> s.Errors.Length, s.BadRecords))

            testCase "an error that ends the reading is the summary"
            <| fun () ->
                use stream = new MemoryStream [| byte '>'; byte 'a'; 10uy; 0xFFuy; 10uy |]

                let summary =
                    SequenceFile.readStream (as' InputFormat.Fasta) "it" stream
                    |> SequenceFile.summarize

                Assert.equal (Error(InputError.NotUtf8("it", 2L, 1))) summary
        ]
