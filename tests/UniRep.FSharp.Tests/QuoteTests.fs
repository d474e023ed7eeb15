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
            WeightFileError.NoSuchPath nasty
            WeightFileError.BrokenLink nasty
            WeightFileError.NoContent nasty
            WeightFileError.NotWeights(nasty, ForeignKind.GitLfsPointer)
            WeightFileError.UnknownLayout nasty
            WeightFileError.SeveralModels(nasty, [ nasty; nasty ])
            WeightFileError.NoAccess(nasty, nasty)
            WeightFileError.BadNpy(nasty, NpyError.UnreadableType nasty)
            WeightFileError.BadSafetensors(nasty, SafetensorsError.BadEntry(nasty, nasty))
            WeightFileError.BadPickle(nasty, PickleError.ForbiddenGlobal nasty)
            WeightFileError.BadPickle(nasty, PickleError.Inconsistent(nasty, 1))
            WeightFileError.BadNpz(nasty, NpzError.DamagedArchive nasty)
            WeightFileError.BadNpz(nasty, NpzError.NoArrays)
            WeightFileError.BadNpz(nasty, NpzError.Representations)
            WeightFileError.BadNpz(nasty, NpzError.OtherArrays(List.replicate 9 nasty))
            WeightFileError.BadNpz(nasty, NpzError.UnknownEntry nasty)
            WeightFileError.BadNpz(nasty, NpzError.RepeatedArray nasty)
            WeightFileError.BadNpz(nasty, NpzError.EncryptedArray nasty)
            WeightFileError.BadNpz(nasty, NpzError.BadArray(nasty, NpyError.UnreadableType nasty))
            WeightFileError.BadNpz(nasty, NpzError.DamagedArray(nasty, nasty))
            WeightFileError.BadNpz(nasty, NpzError.TooManyBytes(nasty, 2L, 1L))
            WeightFileError.FolderNotEmpty nasty
            WeightFileError.HeadNeeded(nasty, nasty)
            WeightFileError.UnknownNesting(nasty, nasty)
            WeightFileError.AmbiguousArray(nasty, nasty, nasty)
            WeightFileError.BadArrays(
                nasty,
                WeightLayout.NpyFolder,
                [
                    WeightsError.MissingArrays [ nasty ]
                    WeightsError.UnexpectedArray nasty
                    WeightsError.NotFinite(nasty, 0)
                    WeightsError.TooLarge(nasty, 1e30)
                ]
            )
        ]

    let stores =
        [
            WeightStoreError.UnknownModel(nasty, [ "a" ])
            WeightStoreError.DamagedCopy("a", files.Head.Message)
            WeightStoreError.NoHead
                {
                    Name = nasty
                    Version = ""
                    License = ""
                    Provenance = ""
                }
        ]

    let downloads =
        [
            DownloadError.NotPublished(nasty, [ "a" ])
            DownloadError.InsecureAddress nasty
            DownloadError.UnsafeRedirect(nasty, nasty, "no")
            DownloadError.NoConnection(nasty, nasty)
            DownloadError.TooSlow(nasty, 1L)
            DownloadError.Refused(nasty, 404)
            DownloadError.WrongContent(nasty, "1", "2")
            DownloadError.CacheNotWritable(nasty, nasty)
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
