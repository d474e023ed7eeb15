module UniRep.Design.Tests.AlignmentTests

open System.Text
open UniRep
open UniRep.Design
open UniRep.Tests
open Expecto
open UniRep.Testing

let private load focus path =
    Alignment.load focus path
    |> Result.defaultWith (fun error -> failtest error.Message)

let private messageOf path =
    match Alignment.load None path with
    | Error error -> error.Message
    | Ok _ -> failtest "it was read"

let private sequence text =
    Sequence.parse text |> Result.defaultWith (fun error -> failtest error.Message)

[<Tests>]
let tests =
    testList
        "AlignmentTests"
        [
            testCase "A2M keeps upper case and hyphens, and drops insertions"
            <| fun () ->
                use folder = new TestFolder()

                let alignment =
                    load None (folder.WriteText("x.a2m", ">a\nmKV.DE-w\n>b\nkKVgNEF.\n"))

                Assert.equal 5 alignment.Width
                Assert.equal [ "KVDE-"; "KVNEF" ] [ alignment.Row 0; alignment.Row 1 ]
                Assert.equal "MKVDEW" alignment.FocusResidues
                Assert.equal [| 1; 2; 3; 4; -1 |] alignment.FocusPlaces

            testCase "A3M and gzip are read alike, without annotation and comments"
            <| fun () ->
                use folder = new TestFolder()

                let text = "#A3M#\n>ss_pred\nHHHHH\n>ss_conf\n99999\n>a\nKVDE-\n>b\nkKVgNE\nF\n\000"

                let path =
                    folder.WriteBytes("x.a3m.gz", Gzip.compress (Encoding.UTF8.GetBytes text))

                let alignment = load None path
                Assert.equal [| "a"; "b" |] alignment.Names
                Assert.equal "KVNEF" (alignment.Row 1)

            testCase "Stockholm joins its blocks, and its reference line marks the match columns"
            <| fun () ->
                use folder = new TestFolder()

                let text =
                    "# STOCKHOLM 1.0\n#=GF ID x\na/1-4  KV.D\nb  KvaD\n#=GC RF xx.x\n\na/1-4 E-\nb EF\n#=GC RF xx\n//\n"

                let alignment = load None (folder.WriteText("x.sto", text))
                Assert.equal [ "KVDE-"; "KVDEF" ] [ alignment.Row 0; alignment.Row 1 ]

                let plain = text.Replace("#=GC RF", "#=GC XX")
                let whole = load None (folder.WriteText("y.sto", plain))
                Assert.equal [ "KV-DE-"; "KVADEF" ] [ whole.Row 0; whole.Row 1 ]

            testCase "HMMER's Stockholm file has the columns of its A2M file"
            <| fun () ->
                let read name =
                    let path = TestFiles.repositoryPath $"tests/golden/{name}"
                    let alignment = load (Some "gamma") path

                    [ for index in 0 .. alignment.Count - 1 -> alignment.Row index ],
                    alignment.FocusResidues,
                    List.ofArray alignment.FocusPlaces

                Assert.equal (read "hmmalign.a2m") (read "hmmalign.sto")

            testCase "Stockholm without header and end is read, a second alignment is refused"
            <| fun () ->
                use folder = new TestFolder()
                let plain = "a K_~D\nb KvaD\n"
                let alignment = load None (folder.WriteText("x.sto", plain))
                Assert.equal [ "K--D"; "KVAD" ] [ alignment.Row 0; alignment.Row 1 ]

                let messageOf name text =
                    folder.WriteText(name, text) |> messageOf

                Assert.contains
                    "y.sto: line 4: a second alignment begins, but columns can be compared within one only"
                    (messageOf "y.sto" (plain + "//\n# STOCKHOLM 1.0\nc KV\n//\n"))

                Assert.contains
                    "z.sto: line 3: '#=GC RF' has 3 columns, the rows have 4"
                    (messageOf "z.sto" (plain + "#=GC RF xxx\n//\n"))

            testCase "a focus is found by its name before a blank or a slash"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.WriteText("x.a2m", ">a\nKV\n>b/3-4 some\nRV\n")
                Assert.equal 1 (load (Some "b") path).Focus
                Assert.equal 1 (load (Some "b/3-4") path).Focus

                match Alignment.load (Some "c") path with
                | Error error -> Assert.contains "x.a2m: no row is called 'c'" error.Message
                | Ok _ -> failtest "it was found"

            testCase "rows of unequal length are refused by name and line"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.WriteText("x.a2m", ">a\nKVD\n>b\nKV\n")

                Assert.contains
                    "x.a2m: row 'b', line 3: 2 columns, the first row has 3"
                    (messageOf path)

                let stockholm = folder.WriteText("x.sto", "a KVD\nb KV\n")

                Assert.contains
                    "x.sto: row 'b', line 2: 2 columns, the first row has 3"
                    (messageOf stockholm)

            testCase "what is no alignment gets one message"
            <| fun () ->
                use folder = new TestFolder()

                let write name text =
                    folder.WriteText(name, text) |> messageOf

                Assert.contains
                    "line 3: '*' is neither a residue nor a gap"
                    (write "a.a2m" ">a\nKV\n>b\nK*\n")

                Assert.contains "there is no record" (write "b.a2m" "")
                Assert.contains "line 1: text before the first '>'" (write "c.a2m" "KV\n>b\nKV\n")
                Assert.contains "unknown extension" (write "d.csv" "x")
                Assert.contains "no such file" (messageOf (folder.Path "none.a2m"))

                Assert.contains
                    "has no residue in a match column"
                    (write "e.a2m" ">a\n--\n>b\nKV\n")

            testCase "columns are placed on a wild type that holds the focus, or is a part of it"
            <| fun () ->
                use folder = new TestFolder()
                let alignment = load None (folder.WriteText("x.a2m", ">a\nmKV-DEw\n"))

                let places text =
                    Alignment.placesOn (sequence text) alignment

                Assert.equal (Ok [| 3; 4; -1; 5; 6 |]) (places "GGMKVDEWG")
                Assert.equal (Ok [| -1; 0; -1; 1; -1 |]) (places "VD")

                match places "MKVNEW" with
                | Error error -> Assert.contains "'a' are not a part of the wild type" error.Message
                | Ok _ -> failtest "it was placed"
        ]
