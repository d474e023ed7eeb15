module UniRep.Tests.QuoteTests

open UniRep
open UniRep.ModelFiles
open UniRep.Formats
open Expecto
open UniRep.Testing

/// Text that would clear the screen, write over a line and turn the rest around.
let private nasty = "\027[2J\027]0;title\007\r\nname\u202E\u2028"

[<Tests>]
let tests =
    testList
        "QuoteTests"
        [
            testTheory
                "what a terminal would obey is replaced"
                [
                    "plain", "plain"
                    "  é 蛋白 😀 ", "é 蛋白 😀"
                    "a\027[2Jb\007", "a\uFFFD[2Jb\uFFFD"
                    "a\nb\r\tc\000\u0085d\n", "a b  c\uFFFD d"
                    "left\u202Eright\u2066\u2069\u200F\u061C",
                    "left\uFFFDright\uFFFD\uFFFD\uFFFD\uFFFD"
                    "a\u2028b\u2029c\uFEFF\u200Bd", "a b c\uFFFD\uFFFDd"
                    "\uD800x\uDC00y", "\uFFFDx\uFFFDy"
                ]
            <| fun (text: string, expected) -> Assert.equal expected (Quote.line text)

            testCase "tags beyond the basic plane are replaced"
            <| fun () -> Assert.equal "a\uFFFDb" (Quote.line "a\U000E0041b")

            testCase "long texts are cut, and a pair of surrogates is not torn"
            <| fun () ->
                Assert.equal
                    (String.replicate 9 "x" + "…")
                    (Quote.upTo 10 (String.replicate 11 "x"))

                Assert.equal (String.replicate 10 "x") (Quote.upTo 10 (String.replicate 10 "x"))
                let cut = Quote.upTo 10 ("xxxxxxxx" + String.replicate 9 "😀")
                Assert.equal "xxxxxxxx\uFFFD…" cut

            testCase "no message about weights lets foreign text reach a terminal"
            <| fun () ->
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
                        WeightFileError.BadSafetensors(
                            nasty,
                            SafetensorsError.BadEntry(nasty, nasty)
                        )
                        WeightFileError.BadPickle(nasty, PickleError.ForbiddenGlobal nasty)
                        WeightFileError.BadPickle(nasty, PickleError.Inconsistent(nasty, 1))
                        WeightFileError.BadNpz(nasty, NpzError.DamagedArchive nasty)
                        WeightFileError.BadNpz(nasty, NpzError.NoArrays)
                        WeightFileError.BadNpz(nasty, NpzError.Representations)
                        WeightFileError.BadNpz(nasty, NpzError.OtherArrays(List.replicate 9 nasty))
                        WeightFileError.BadNpz(nasty, NpzError.UnknownEntry nasty)
                        WeightFileError.BadNpz(nasty, NpzError.RepeatedArray nasty)
                        WeightFileError.BadNpz(nasty, NpzError.EncryptedArray nasty)
                        WeightFileError.BadNpz(
                            nasty,
                            NpzError.BadArray(nasty, NpyError.UnreadableType nasty)
                        )
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

                for text in texts do
                    Assert.equal (Quote.line text) text
                    Assert.isNotEmpty text

            testCase "the name, licence and provenance in a file are cleaned as they are read"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "model.safetensors"

                let card =
                    {
                        Name = nasty
                        Version = nasty
                        License = nasty
                        Provenance = nasty
                    }

                Assert.equal
                    (Ok())
                    (WeightFile.save path (Weights.withCard card (Waves.weights 5 1)))

                match WeightFile.load path with
                | Error error -> failtest (error.Message)
                | Ok loaded ->
                    let card = loaded.Weights.Card

                    for text in [ card.Name; card.Version; card.License; card.Provenance ] do
                        Assert.equal (Quote.line nasty) text
        ]
