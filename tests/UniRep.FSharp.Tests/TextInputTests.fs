module UniRep.Tests.TextInputTests

open System
open System.IO
open System.Text
open UniRep
open UniRep.IO
open UniRep.Training
open Expecto
open UniRep.Testing

/// Ids and letters of the records of a file with a name, or the errors in their places.
let internal readBytes options (name: string) (bytes: byte[]) =
    use folder = new TestFolder()
    let path = folder.WriteBytes(name, bytes)

    SequenceFile.read options path
    |> Seq.map (function
        | Ok record -> record.Id, record.Sequence.Letters
        | Error error -> "error", error.Message.Replace(path, name))
    |> List.ofSeq

let internal readText name (text: string) =
    readBytes SequenceFile.defaults name (Encoding.UTF8.GetBytes text)

/// The same as standard input, without a name.
let internal readPiped (text: string) =
    use stream = new MemoryStream(Encoding.UTF8.GetBytes text)

    SequenceFile.readStream SequenceFile.defaults "it" stream
    |> Seq.map (function
        | Ok record -> record.Id, record.Sequence.Letters
        | Error error -> "error", error.Message)
    |> List.ofSeq

let private twoRecords = [ "a", "MKTAYIAK"; "b", "MSKG" ]

/// A text that never ends a line.
let private endless =
    { new MemoryStream() with
        override _.Read(buffer: byte[], offset: int, count: int) =
            Array.fill buffer offset count (byte 'M')
            count
    }

[<Tests>]
let tests =
    testList
        "TextInputTests"
        [
            testTheory
                "lines end with CR, LF or both, and mixed"
                [
                    ">a\rMKTAYIAK\r>b\rMSKG\r"
                    ">a\rMKTA\nYIAK\r\n>b\nMSKG"
                    ">a\nMKTAYIAK\r>b\r\nMS\rKG\r\n"
                    "\uFEFF>a one\rMKTA\r\rYIAK\n\r>b two\n\nMSKG\r\r\n"
                ]
            <| fun (text: string) ->
                Assert.equal twoRecords (readText "a.fasta" text)
                Assert.equal twoRecords (readPiped text)

            testCase "lines of a list may end with CR alone"
            <| fun () ->
                Assert.equal
                    [ "1", "MKT"; "2", "GA"; "3", "HAS" ]
                    (readText "a.txt" "MKT\rGA\r\nHAS\r")

            testCase "a line end of two bytes may fall between two reads"
            <| fun () ->
                /// Gives a byte at a time.
                let slow (text: string) =
                    { new MemoryStream(Encoding.UTF8.GetBytes text) with
                        override this.Read(buffer: byte[], offset: int, count: int) =
                            let value = if count > 0 then this.ReadByte() else -1

                            if value < 0 then
                                0
                            else
                                buffer[offset] <- byte value
                                1
                    }

                use stream = slow ">a\r\nMKTA\r\nYI?AK\r\n"

                Assert.equal
                    [ Error(InputError.BadResidue("it", "a", 3L, 3, Rune '?')) ]
                    (SequenceFile.readStream SequenceFile.defaults "it" stream
                     |> Seq.map (Result.map ignore)
                     |> List.ofSeq)

            testCase "a text file may hold FASTA, and what is piped may begin with comments"
            <| fun () ->
                for text in
                    [
                        ">a x\nMKTAYIAK\n>b\nMSKG\n"
                        "; made by hand\n;\n>a\nMKTAYIAK\n>b\nMSKG\n"
                        "\n# made by hand\n>a\nMKTAYIAK\n;in between\n>b\nMSKG\n"
                    ] do
                    Assert.equal twoRecords (readText "a.txt" text)
                    Assert.equal twoRecords (readText "a.fasta" text)
                    Assert.equal twoRecords (readPiped text)

            testCase "comments of a list are passed over"
            <| fun () ->
                Assert.equal
                    [ "1", "MKT"; "2", "GA" ]
                    (readText "a.txt" "; two peptides\nMKT\n# and\nGA\n")

            testCase "an alignment of ColabFold or MMseqs2 is read by name and piped"
            <| fun () ->
                for first in [ "#158\t1"; "#A3M#"; "#10,20\t1,1" ] do
                    let text = $"{first}\n>a\nMKTA-YIAK\n{first}\n>b\nMS..kg--\n"
                    Assert.equal twoRecords (readText "a.a3m" text)
                    Assert.equal twoRecords (readPiped text)

                // MMseqs2 ends an entry with NUL.
                let text = ">a\nMKTAYIAK\n\000>b\nMSKG\n\000"
                Assert.equal twoRecords (readText "a.a3m" text)
                Assert.equal twoRecords (readPiped text)

            testTheory
                "other NULs are refused by name"
                [
                    ">a\nMKTAYIAK\000\n>b\nMSKG\n", 2, 9
                    ">a\nMKTAYIAK\000>b\nMSKG\n", 2, 9
                    ">a\nMKTA\n\000\000\000", 3, 1
                    ">a\000b\nMKTA\n", 1, 3
                    ">a\nMKTA\n\000\nYIAK\n", 3, 1
                    ">a\nMKTA\n\000YIAK\n", 3, 1
                ]
            <| fun (text: string, line: int, column: int) ->
                let options =
                    { SequenceFile.defaults with
                        UnknownAsX = true
                    }

                let record = if line = 1 then "a\uFFFDb" else "a"

                Assert.equal
                    ("error",
                     $"a.fasta: record '{record}', line {line}, column {column}: U+0000 is not a residue: was the file cut off and filled with zeros, or is it UTF-16?")
                    ((readBytes options "a.fasta" (Encoding.UTF8.GetBytes text)).Head)

            testCase "UTF-16 is read by its byte order mark"
            <| fun () ->
                for encoding in [ Encoding.Unicode; Encoding.BigEndianUnicode ] do
                    let bytes (text: string) =
                        Array.append (encoding.GetPreamble()) (encoding.GetBytes text)

                    Assert.equal
                        twoRecords
                        (readBytes
                            SequenceFile.defaults
                            "a.fasta"
                            (bytes ">a é\r\nMKTAYIAK\r\n>b\r\nMSKG\r\n"))

                    Assert.equal
                        twoRecords
                        (readBytes
                            SequenceFile.defaults
                            "a.tsv"
                            (bytes "id\tsequence\r\na\tMKTAYIAK\r\nb\tMSKG\r\n"))

            testCase "compressed files are known by their first bytes whatever their names"
            <| fun () ->
                for name, text in
                    [
                        "a.fasta", ">a\nMKTAYIAK\n>b\nMSKG\n"
                        "a.csv", "id,sequence\na,MKTAYIAK\nb,MSKG\n"
                        "a.txt", ">a\nMKTAYIAK\n>b\nMSKG\n"
                    ] do
                    let bytes = Gzip.compress (Encoding.UTF8.GetBytes text)
                    Assert.equal twoRecords (readBytes SequenceFile.defaults name bytes)

            testCase "a byte that is not UTF-8 is read in a description, and refused in a sequence"
            <| fun () ->
                let bytes = Encoding.Latin1.GetBytes ">café protéine\nMKTAYIAK\n; né\n>b\nMSKG\n"

                Assert.equal
                    [ "café", "MKTAYIAK"; "b", "MSKG" ]
                    (readBytes SequenceFile.defaults "a.fasta" bytes)

                Assert.equal
                    [
                        "error",
                        "a.fasta: line 2, byte 3: not UTF-8 text: convert the file, or remove the byte"
                    ]
                    (readBytes
                        SequenceFile.defaults
                        "a.fasta"
                        (Encoding.Latin1.GetBytes ">a\nMKé\n>b\nMSKG\n"))

            testCase "a record of a letter a line takes little memory"
            <| fun () ->
                let count = 1_000_000
                let text = RecordText("it", false)
                let before = GC.GetAllocatedBytesForCurrentThread()

                for number in 1..count do
                    text.Add(int64 number, "M")

                let allocated = GC.GetAllocatedBytesForCurrentThread() - before
                // Three bytes for its place and two for the letter, and what growing buffers leave behind.
                Expect.isTrue (allocated < 20L * int64 count) $"{allocated} bytes"
                Assert.equal (struct (int64 count, 1)) (text.Locate count)

            testCase "errors are found in a record of a letter a line"
            <| fun () ->
                let count = 1_000_000
                let text = String.Join('\n', Seq.replicate count "M")
                use stream = new MemoryStream(Encoding.UTF8.GetBytes $">a\n{text}\n?\n>b\n{text}\n")

                let results =
                    SequenceFile.readStream SequenceFile.defaults "it" stream
                    |> Seq.map (Result.map _.Sequence.Length)
                    |> List.ofSeq

                Assert.equal
                    [
                        Error(InputError.BadResidue("it", "a", int64 count + 2L, 1, Rune '?'))
                        Ok count
                    ]
                    results

            testCase "symbols are found among white space of all kinds"
            <| fun () ->
                for line, column in [ "?", 1; " \t?", 3; "M K\u00A0T ?", 7; "MK ?T", 4 ] do
                    Assert.equal
                        [
                            "error",
                            $"a.fasta: record 'a', line 5, column {column}: '?' is not a residue: write X for an unknown residue"
                        ]
                        (readText "a.fasta" $">a\n M K T\n\n;comment\n{line}\nMKT\n")

            testCase "a line without an end, and a record without one, are refused with the limit"
            <| fun () ->
                let message line =
                    $"it: line {line}: a line or a record of more than 67,108,864 letters: is this a file of protein sequences?"

                let errorOf stream =
                    SequenceFile.readStream SequenceFile.defaults "it" stream
                    |> Seq.map (function
                        | Ok _ -> "read"
                        | Error error -> error.Message)
                    |> List.ofSeq

                Assert.equal [ message 1 ] (errorOf endless)

                let lines =
                    { new MemoryStream() with
                        override this.Read(buffer: byte[], offset: int, count: int) =
                            // Position tells the first read from all others.
                            let text =
                                if this.Position = 0L then
                                    ">a\n"B
                                else
                                    Array.append (Array.create 9_999 (byte 'M')) "\n"B

                            this.Position <- 1L
                            let count = min count text.Length
                            Array.Copy(text, 0, buffer, offset, count)
                            count
                    }

                Assert.endsWith
                    "a line or a record of more than 67,108,864 letters: is this a file of protein sequences?"
                    ((errorOf lines).Head)
        ]
