module UniRep.Tests.QuoteTests

open UniRep
open UniRep.ModelFiles
open UniRep.Formats
open Xunit

[<Theory>]
[<InlineData("plain", "plain")>]
[<InlineData("  é 蛋白 😀 ", "é 蛋白 😀")>]
[<InlineData("a\027[2Jb\007", "a\uFFFD[2Jb\uFFFD")>]
[<InlineData("a\nb\r\tc\000\u0085d\n", "a b  c\uFFFD d")>]
[<InlineData("left\u202Eright\u2066\u2069\u200F\u061C", "left\uFFFDright\uFFFD\uFFFD\uFFFD\uFFFD")>]
[<InlineData("a\u2028b\u2029c\uFEFF\u200Bd", "a b c\uFFFD\uFFFDd")>]
[<InlineData("\uD800x\uDC00y", "\uFFFDx\uFFFDy")>]
let ``what a terminal would obey is replaced`` (text: string) expected =
    Assert.Equal(expected, Quote.line text)

[<Fact>]
let ``tags beyond the basic plane are replaced`` () =
    Assert.Equal("a\uFFFDb", Quote.line "a\U000E0041b")

[<Fact>]
let ``long texts are cut, and a pair of surrogates is not torn`` () =
    Assert.Equal(String.replicate 9 "x" + "…", Quote.upTo 10 (String.replicate 11 "x"))
    Assert.Equal(String.replicate 10 "x", Quote.upTo 10 (String.replicate 10 "x"))
    let cut = Quote.upTo 10 ("xxxxxxxx" + String.replicate 9 "😀")
    Assert.Equal("xxxxxxxx\uFFFD…", cut)

/// Text that would clear the screen, write over a line and turn the rest around.
let private nasty = "\027[2J\027]0;title\007\r\nname\u202E\u2028"

[<Fact>]
let ``no message about weights lets foreign text reach a terminal`` () =
    let files =
        [
            NoSuchPath nasty
            BrokenLink nasty
            NoContent nasty
            NotWeights(nasty, GitLfsPointer)
            UnknownLayout nasty
            SeveralModels(nasty, [ nasty; nasty ])
            NoAccess(nasty, nasty)
            BadNpy(nasty, UnreadableType nasty)
            BadSafetensors(nasty, BadEntry(nasty, nasty))
            BadPickle(nasty, ForbiddenGlobal nasty)
            BadPickle(nasty, Inconsistent(nasty, 1))
            BadNpz(nasty, DamagedArchive nasty)
            BadNpz(nasty, NoArrays)
            BadNpz(nasty, Representations)
            BadNpz(nasty, OtherArrays(List.replicate 9 nasty))
            BadNpz(nasty, UnknownEntry nasty)
            BadNpz(nasty, RepeatedArray nasty)
            BadNpz(nasty, EncryptedArray nasty)
            BadNpz(nasty, BadArray(nasty, UnreadableType nasty))
            BadNpz(nasty, DamagedArray(nasty, nasty))
            BadNpz(nasty, TooManyBytes(nasty, 2L, 1L))
            FolderNotEmpty nasty
            HeadNeeded(nasty, nasty)
            UnknownNesting(nasty, nasty)
            AmbiguousArray(nasty, nasty, nasty)
            BadArrays(
                nasty,
                NpyFolder,
                [
                    MissingArrays [ nasty ]
                    UnexpectedArray nasty
                    NotFinite(nasty, 0)
                    TooLarge(nasty, 1e30)
                ]
            )
        ]

    let stores =
        [
            UnknownModel(nasty, [ "a" ])
            DamagedCopy("a", files.Head.Message)
            NoHead
                {
                    Name = nasty
                    Version = ""
                    License = ""
                    Provenance = ""
                }
        ]

    let downloads =
        [
            NotPublished(nasty, [ "a" ])
            InsecureAddress nasty
            UnsafeRedirect(nasty, nasty, "no")
            NoConnection(nasty, nasty)
            TooSlow(nasty, 1L)
            Refused(nasty, 404)
            WrongContent(nasty, "1", "2")
            CacheNotWritable(nasty, nasty)
        ]

    let texts =
        (files |> List.map _.Message)
        @ (stores |> List.map _.Message)
        @ (downloads |> List.map _.Message)

    Assert.All(
        texts,
        fun text ->
            Assert.Equal(Quote.line text, text)
            Assert.NotEmpty text
    )

[<Fact>]
let ``the name, licence and provenance in a file are cleaned as they are read`` () =
    use folder = new TestFolder()
    let path = folder.Path "model.safetensors"

    let card =
        {
            Name = nasty
            Version = nasty
            License = nasty
            Provenance = nasty
        }

    Assert.Equal(Ok(), WeightFile.save path (Weights.withCard card (Waves.weights 5 1)))

    match WeightFile.load path with
    | Error error -> Assert.Fail(error.Message)
    | Ok loaded ->
        let card = loaded.Weights.Card

        for text in [ card.Name; card.Version; card.License; card.Provenance ] do
            Assert.Equal(Quote.line nasty, text)
