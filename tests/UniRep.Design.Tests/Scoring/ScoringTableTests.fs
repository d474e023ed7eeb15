module UniRep.Design.Tests.ScoringTableTests

open System.IO
open UniRep
open UniRep.IO
open UniRep.Design
open UniRep.Tests
open Expecto
open UniRep.Testing

let private sequence text =
    Sequence.parse text |> Result.defaultWith (fun error -> failtest error.Message)

let private wildType offset region text =
    WildType.ofSequence offset region "wt" (sequence text)

let private whole =
    wildType 0 None "MKTAY"
    |> Result.defaultWith (fun error -> failtest error.Message)

let private load wildType path =
    ScoringTable.load SequenceFile.defaults wildType (TableSource.File path)

let private loaded wildType path =
    load wildType path |> Result.defaultWith (fun error -> failtest error.Message)

let private messageOf result =
    match result with
    | Error(error: ScoringError) -> error.Message
    | Ok _ -> failtest "it was read"

let private letters table =
    table.Sequences |> Array.map _.Letters |> List.ofArray

[<Tests>]
let tests =
    testList
        "ScoringTableTests"
        [
            testCase "variants are applied, and every cell stays as it stands"
            <| fun () ->
                use folder = new TestFolder()

                let path =
                    folder.WriteText(
                        "v.csv",
                        "score,mutant,note,note\n1.50,K2R:A4G,x,\"a,b\"\n2,T3S,y,\n"
                    )

                let table = loaded (Some whole) path
                Assert.equal [ "MRTGY"; "MKSAY" ] (letters table)
                Assert.equal [ "score"; "mutant"; "note"; "note" ] table.Columns
                Assert.equal [| "1.50"; "K2R:A4G"; "x"; "a,b" |] table.Cells[0]
                Assert.equal [| "K2R:A4G"; "T3S" |] table.Ids
                Assert.equal (Some "mutant") table.Column

            testCase "a table without variants, and a FASTA file, give their sequences"
            <| fun () ->
                use folder = new TestFolder()

                let table =
                    loaded (Some whole) (folder.WriteText("s.csv", "id,mutated_sequence\na,MKW\n"))

                Assert.equal [ "MKW" ] (letters table)
                let fasta = loaded None (folder.WriteText("s.fasta", ">a some text\nMKW\n"))
                Assert.equal [ "id"; "description" ] fasta.Columns
                Assert.equal [| "a"; "some text" |] fasta.Cells[0]

            testCase "a stream is read as the file is, also where its columns hold no variants"
            <| fun () ->
                let options =
                    { SequenceFile.defaults with
                        Format = Some InputFormat.Csv
                    }

                let ofText (text: string) =
                    TableSource.Stream(
                        "standard input",
                        new MemoryStream(System.Text.Encoding.UTF8.GetBytes text)
                    )
                    |> ScoringTable.load options (Some whole)

                let variants = ofText "n,mutant\n1,K2R\n" |> Result.orRaise
                Assert.equal ([ "MRTAY" ], [ "n"; "mutant" ]) (letters variants, variants.Columns)
                let sequences = ofText "n,sequence\n1,MKW\n" |> Result.orRaise
                Assert.equal [ "MKW" ] (letters sequences)

                Assert.contains
                    "standard input: line 2: A2G: A is expected"
                    (messageOf (ofText "n,mutant\n1,A2G\n"))

            testCase "a file of a wild type has one sequence"
            <| fun () ->
                use folder = new TestFolder()
                let one = folder.WriteText("one.fasta", ">a b\nMKTAY\n")
                let read path = WildType.load 10 (Some(12, 14)) path
                let wild = read one |> Result.orRaise
                Assert.equal ("a", "KTA", 12) (wild.Id, wild.Sequence.Letters, wild.First)
                let two = folder.WriteText("two.fasta", ">a\nMKTAY\n>b\nMKTAY\n")

                Assert.contains
                    "two.fasta: holds 2 sequences, and the wild type is one: put it alone into a file"
                    (messageOf (read two))

            testCase "numbers follow offset and region"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.WriteText("v.csv", "mutant\nT13S\n")

                let region =
                    wildType 10 (Some(12, 14)) "MKTAY"
                    |> Result.defaultWith (fun error -> failtest error.Message)

                Assert.equal "KTA" region.Sequence.Letters
                Assert.equal 14 (WildType.last region)
                Assert.equal [ "KSA" ] (loaded (Some region) path |> letters)
                let sequences = folder.WriteText("s.csv", "sequence\nMKTAW\n")
                Assert.equal [ "KTA" ] (loaded (Some region) sequences |> letters)
                let shorter = folder.WriteText("t.csv", "sequence\nMKTA\n")

                Assert.contains
                    "t.csv: record '1', line 2: 4 residues"
                    (messageOf (load (Some region) shorter))

            testTheory "a region that is not within the wild type is refused" [ 0, 3; 4, 3; 3, 6 ]
            <| fun region ->
                Assert.contains
                    "between 1 and 5"
                    (messageOf (wildType 0 (Some region) "MKTAY" |> Result.map ignore))

            testTheory
                "a variant that does not fit is told with its row, position, expected and found letter"
                [
                    "mutant\nK2R\nA2G\n",
                    "v.csv: line 3: A2G: A is expected at residue 2 of the wild type, K is found"
                    "mutant\nY9F\n", "v.csv: line 2: Y9F: residue 9 is not among residues 1 to 5"
                    "mutant\nK2\n", "v.csv: line 2: 'K2' is not a mutation"
                    "mutant\nK2A:K2G\n", "residue 2 is changed twice"
                    "name,note\nx,y\n", "v.csv: no column 'mutant'; there are: name, note"
                    "id,sequence\na,MK?\n",
                    "v.csv: record 'a', line 2, column 5: '?' is not a residue"
                ]
            <| fun (text, message) ->
                use folder = new TestFolder()

                Assert.contains
                    message
                    (messageOf (load (Some whole) (folder.WriteText("v.csv", text))))

            testCase
                "a column that is to be added may not be there, and an alignment needs one length"
            <| fun () ->
                use folder = new TestFolder()

                let table =
                    loaded None (folder.WriteText("s.csv", "id,sequence,perplexity\na,MKTA,1\n"))

                let taken = ScoringTable.checkColumns [ "lm_score"; "perplexity" ] table
                Assert.contains "s.csv: there is a column 'perplexity' already" (messageOf taken)

                Assert.contains
                    "line 2: 4 residues"
                    (messageOf (ScoringTable.checkLengths whole table))

            testCase "a table is written whole or not at all, and is not replaced unless asked"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "out.csv"
                let place = TablePlace.File(path, false)
                Assert.equal (Ok()) (TableOutput.check place)

                let rows =
                    seq {
                        [| "1"; "a,b" |]
                        [| "2"; "c" |]
                    }

                Assert.equal (Ok()) (TableOutput.write place [ "n"; "x" ] rows)
                Assert.equal "n,x\n1,\"a,b\"\n2,c\n" (File.ReadAllText path)
                Assert.equal (Error(OutputError.AlreadyExists path)) (TableOutput.check place)
                Assert.equal (Ok()) (TableOutput.check (TablePlace.File(path, true)))

                let failing =
                    seq {
                        [| "3" |]
                        invalidOp "stop"
                    }

                Assert.throws<System.InvalidOperationException>(fun () ->
                    TableOutput.write
                        (TablePlace.File(folder.Path "other.csv", false))
                        [ "n" ]
                        failing
                    |> ignore)
                |> ignore

                Assert.equal [ "out.csv" ] folder.Names

            testCase
                "a scan has every other residue at each position, and its picture marks the wild type"
            <| fun () ->
                let region =
                    wildType 20 (Some(21, 22)) "MKTAY"
                    |> Result.defaultWith (fun error -> failtest error.Message)

                let mutants = Scan.mutants region
                Assert.equal 38 mutants.Length
                Assert.equal ("M21A", "AK") (string (fst mutants[0]), (snd mutants[0]).Letters)
                Assert.equal ("K22Y", "MY") (string (fst mutants[37]), (snd mutants[37]).Letters)
                let matrix = Scan.matrix region (Array.init 38 float)
                Assert.isTrue (System.Double.IsNaN matrix[Scan.residues.IndexOf 'M', 0])
                Assert.equal 0.0 matrix[Scan.residues.IndexOf 'A', 0]
                Assert.equal 37.0 matrix[Scan.residues.IndexOf 'Y', 1]

                Assert.contains
                    "M21"
                    (UniRep.Charts.Chart.toSvg (Scan.chart "t" "l" region (Array.init 38 float)))
        ]
