module UniRep.Tests.CorpusTests

open UniRep
open UniRep.IO
open UniRep.Training
open Xunit

let private letters (corpus: Corpus) =
    List.init corpus.Count (fun index ->
        (corpus.Tokens index).ToArray() |> Array.map int |> List.ofArray)

let private tokens text =
    (Golden.parse text).Tokens.ToArray() |> Array.map int |> List.ofArray

let private read filter paths =
    match Corpus.read SequenceFile.defaults filter paths with
    | Ok found -> found
    | Error errors -> invalidOp errors.Head.Message

[<Fact>]
let ``a corpus gives back its sequences`` () =
    let texts = [ "MKT"; "A"; String.replicate 20_000_000 "W"; "GG" ]
    let corpus = Corpus.ofSequences (Seq.map Golden.parse texts)
    Assert.Equal(4, corpus.Count)
    Assert.Equal(20_000_006L, corpus.Residues)
    Assert.Equal(20_000_000, corpus.Length 2)

    Assert.Equal<byte[]>(
        [| byte (tokens "W").Head |],
        (corpus.Tokens 2).ToArray() |> Array.distinct
    )

    Assert.Equal<byte[]>((Golden.parse "GG").Tokens.ToArray(), (corpus.Tokens 3).ToArray())

[<Fact>]
let ``files are read in order, without duplicates and what is too short or too long`` () =
    use folder = new TestFolder()
    let first = folder.WriteText("a.fasta", ">a\nMKT\n>b\nM\n>c\nMKT\n")
    let second = folder.WriteText("b.fasta", ">d\nACDEFG\n>e\nMK\n>f\nMX\n")

    let filter =
        { Corpus.everything with
            MinLength = 2
            MaxLength = 5
        }

    let corpus, summary = read filter [ first; second ]
    Assert.Equal<int list list>(List.map tokens [ "MKT"; "MK"; "MX" ], letters corpus)

    Assert.Equal(
        {
            Read = 6L
            Kept = 3L
            Duplicates = 1L
            TooShort = 1L
            TooLong = 1L
            Invalid = 0L
            Residues = 7L
            Untrained = Map.ofList [ 'X', 1L ]
            Warnings = []
        },
        summary
    )

[<Fact>]
let ``duplicates stay where they are asked for`` () =
    use folder = new TestFolder()
    let path = folder.WriteText("a.fasta", ">a\nMKT\n>c\nMKT\n")

    let corpus, _ =
        read
            { Corpus.everything with
                KeepDuplicates = true
            }
            [ path ]

    Assert.Equal(2, corpus.Count)

[<Fact>]
let ``records that are no sequences are left out and counted where that is asked for`` () =
    use folder = new TestFolder()
    let path = folder.WriteText("a.fasta", ">a\nMKT\n>b\nM1K\n>c\n>d\nMK\n")

    let corpus, summary =
        read
            { Corpus.everything with
                SkipInvalid = true
            }
            [ path ]

    Assert.Equal<int list list>(List.map tokens [ "MKT"; "MK" ], letters corpus)
    Assert.Equal(2L, summary.Invalid)

[<Fact>]
let ``the first twenty errors of files are told`` () =
    use folder = new TestFolder()
    let bad = String.concat "" [ for at in 1..30 -> $">r{at}\nM1K\n" ]
    let path = folder.WriteText("a.fasta", bad)

    match Corpus.read SequenceFile.defaults Corpus.everything [ path ] with
    | Error errors -> Assert.Equal(20, errors.Length)
    | Ok _ -> Assert.Fail "bad letters were read"

[<Fact>]
let ``gaps of an alignment are dropped`` () =
    use folder = new TestFolder()
    let path = folder.WriteText("a.a2m", ">a\n..MK--Tacd\n")
    let corpus, _ = read Corpus.everything [ path ]
    Assert.Equal<int list list>([ tokens "MKTACD" ], letters corpus)

[<Theory>]
[<InlineData(10, 0.1, 1)>]
[<InlineData(10, 0.01, 1)>]
[<InlineData(10, 0.99, 9)>]
[<InlineData(2, 0.1, 1)>]
[<InlineData(1, 0.5, 0)>]
[<InlineData(10, 0.0, 0)>]
let ``a split parts all sequences and leaves neither part empty`` count fraction expected =
    let training, validation = Corpus.split 7UL fraction count
    Assert.Equal(expected, validation.Length)
    Assert.Equal<int[]>([| 0 .. count - 1 |], Array.sort (Array.append training validation))

[<Fact>]
let ``every sequence validates one fold`` () =
    let folds = Corpus.folds 7UL 4 18
    Assert.Equal<int[]>([| 0..17 |], folds |> Array.collect snd |> Array.sort)

    for training, validation in folds do
        Assert.InRange(validation.Length, 4, 5)
        Assert.Equal<int[]>([| 0..17 |], Array.sort (Array.append training validation))

[<Fact>]
let ``sequences that two corpora share are counted`` () =
    let corpus texts =
        Corpus.ofSequences (List.map Golden.parse texts)

    Assert.Equal(2, Corpus.overlap (corpus [ "MK"; "AA"; "W" ]) (corpus [ "W"; "C"; "MK" ]))

[<Fact>]
let ``a fingerprint tells order and boundaries`` () =
    let fingerprint texts =
        Corpus.fingerprint (Corpus.ofSequences (List.map Golden.parse texts))

    Assert.Equal(fingerprint [ "MK"; "A" ], fingerprint [ "MK"; "A" ])
    Assert.NotEqual<string>(fingerprint [ "MK"; "A" ], fingerprint [ "M"; "KA" ])
    Assert.NotEqual<string>(fingerprint [ "MK"; "A" ], fingerprint [ "A"; "MK" ])
