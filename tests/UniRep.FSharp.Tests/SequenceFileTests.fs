module UniRep.Tests.SequenceFileTests

open System.IO
open System.Text
open UniRep
open UniRep.IO
open UniRep.Training
open Xunit

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

[<Fact>]
let ``an id is the first word of its header, and a sequence goes over any number of lines`` () =
    Assert.Equal<(string * string * string * int64) list>(
        [ "a", "a some protein", "MKTAY", 1L; "b", "b\tx", "GG", 5L ],
        recordsOf (as' InputFormat.Fasta) ">a some protein\nMKT\n\nAY\n> b\tx \nGG"
    )

[<Fact>]
let ``a record without a name is called by its number`` () =
    Assert.Equal<(string * string * string * int64) list>(
        [ "1", "", "MK", 1L; "2", "", "GA", 3L ],
        recordsOf (as' InputFormat.Fasta) ">\nMK\n>  \nGA\n"
    )

[<Fact>]
let ``byte order mark, CRLF, comments and white space do not count`` () =
    Assert.Equal<(string * string * string * int64) list>(
        [ "a", "a", "MKTAYIAK", 2L ],
        recordsOf
            (as' InputFormat.Fasta)
            "\uFEFF;made by hand\r\n>a\r\n MKT  AY\tIA\r\n; a comment\r\n\r\nK \r\n"
    )

[<Fact>]
let ``an alignment loses its gaps and is read in upper case`` () =
    Assert.Equal<(string * string * string * int64) list>(
        [ "a", "a", "MKTAY", 1L ],
        recordsOf (as' InputFormat.A2m) ">a\n--MK.t-\nay..\n"
    )

[<Fact>]
let ``lines are numbered by record, and blank ones are passed over`` () =
    Assert.Equal<(string * string * string * int64) list>(
        [ "1", "", "MKT", 1L; "2", "", "GA", 4L ],
        recordsOf (as' InputFormat.Lines) "MKT\r\n\n  \nGA"
    )

[<Fact>]
let ``standard input is FASTA if it begins with a header, else lines`` () =
    Assert.Equal<(string * string * string * int64) list>(
        [ "a", "a", "MKT", 2L ],
        recordsOf SequenceFile.defaults "\n>a\nMKT\n"
    )

    Assert.Equal<(string * string * string * int64) list>(
        [ "1", "", "MKT", 1L; "2", "", "GA", 2L ],
        recordsOf SequenceFile.defaults "MKT\nGA\n"
    )

[<Fact>]
let ``a table's columns are found by their usual names`` () =
    Assert.Equal<(string * string * string * int64) list>(
        [ "x", "x", "MKT", 2L; "2", "", "GA", 3L ],
        recordsOf (as' InputFormat.Csv) "score,Name,SEQ\n1.5,x,MKT\n2,,GA\n"
    )

    Assert.Equal<(string * string * string * int64) list>(
        [ "M1A", "M1A", "AKT", 2L ],
        recordsOf (as' InputFormat.Tsv) "\uFEFFmutant\tmutated_sequence\r\nM1A\tAKT\r\n"
    )

[<Fact>]
let ``named columns win over usual ones`` () =
    let options =
        { as' InputFormat.Csv with
            SequenceColumn = Some "heavy"
            IdColumn = Some "clone"
        }

    Assert.Equal<(string * string * string * int64) list>(
        [ "c,7", "c,7", "MKT", 2L ],
        recordsOf options "id,sequence,clone,heavy\n1,GG,\"c,7\",MKT\n"
    )

[<Fact>]
let ``options do what they say to letters`` () =
    let options =
        { as' InputFormat.Lines with
            UpperCase = true
            TrimStop = true
            UnknownAsX = true
        }

    Assert.Equal<(string * string * string * int64) list>(
        [ "1", "", "MKXT", 1L ],
        recordsOf options "mk?T*\n"
    )

[<Fact>]
let ``a record may be one line of 35,000 residues, or of a million`` () =
    for length in [ 35_000; 1_000_000 ] do
        let letters = String.replicate (length / 5) "MKTAY"

        Assert.Equal<(string * string * string * int64) list>(
            [ "long", "long", letters, 1L; "b", "b", "G", 3L ],
            recordsOf (as' InputFormat.Fasta) $">long\n{letters}\n>b\nG"
        )

[<Theory>]
[<InlineData("a.fasta", "Fasta")>]
[<InlineData("a.FA", "Fasta")>]
[<InlineData("a.b.faa.gz", "Fasta")>]
[<InlineData("a.fas", "Fasta")>]
[<InlineData("a.fsa", "Fasta")>]
[<InlineData("a.pep", "Fasta")>]
[<InlineData("a.mpfa", "Fasta")>]
[<InlineData("a.a3m", "A2m")>]
[<InlineData("a.afa.gz", "A2m")>]
[<InlineData("a.fna", "")>]
[<InlineData("a.a2m.GZ", "A2m")>]
[<InlineData("a.txt", "Lines")>]
[<InlineData("a.csv.gz", "Csv")>]
[<InlineData("a.tsv", "Tsv")>]
[<InlineData("a.gz", "")>]
[<InlineData("fasta", "")>]
[<InlineData("", "")>]
let ``the extension tells the format`` (path: string, expected: string) =
    let found =
        SequenceFile.formatOf path |> Option.map string |> Option.defaultValue ""

    Assert.Equal(expected, found)

[<Fact>]
let ``a sequence of records can be read twice, and its file is closed each time`` () =
    use folder = new TestFolder()
    let path = folder.WriteText("a.fasta", ">a\nMK\n>b\nGG\n")
    let records = SequenceFile.read SequenceFile.defaults path
    Assert.Equal(2, Seq.length records)
    Assert.True(records |> Seq.head |> Result.isOk)
    use exclusive = File.Open(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None)
    Assert.Equal(12L, exclusive.Length)

[<Fact>]
let ``records come before their file is read to the end`` () =
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

    Assert.True taken

[<Fact>]
let ``a summary counts records, residues, letters never trained and repeated ids`` () =
    use stream =
        new MemoryStream(Encoding.UTF8.GetBytes ">a\nMXK\n>b\nU?\n>a\nXBG\n>c\n\n>a\nK\n")

    let summary =
        SequenceFile.readStream SequenceFile.defaults "it" stream
        |> SequenceFile.summarize

    Assert.Equal(
        Ok
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
            },
        summary
    )

[<Fact>]
let ``a summary keeps twenty errors and counts the rest`` () =
    let text = String.replicate 50 "?\n"
    use stream = new MemoryStream(Encoding.UTF8.GetBytes text)

    let summary =
        SequenceFile.readStream (as' InputFormat.Lines) "it" stream
        |> SequenceFile.summarize

    Assert.Equal(Ok(20, 50L), summary |> Result.map (fun s -> s.Errors.Length, s.BadRecords))

[<Fact>]
let ``an error that ends the reading is the summary`` () =
    use stream = new MemoryStream [| byte '>'; byte 'a'; 10uy; 0xFFuy; 10uy |]

    let summary =
        SequenceFile.readStream (as' InputFormat.Fasta) "it" stream
        |> SequenceFile.summarize

    Assert.Equal(Error(InputError.NotUtf8("it", 2L, 1)), summary)
