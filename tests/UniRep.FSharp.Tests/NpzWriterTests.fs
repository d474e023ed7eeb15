module UniRep.Tests.NpzWriterTests

open System
open System.IO
open System.IO.Compression
open System.Text
open UniRep
open UniRep.IO
open UniRep.Formats
open Expecto
open UniRep.Testing

/// Type, shape and bytes of the elements of every entry, in the archive's order.
let private entries (path: string) =
    use zip = ZipFile.OpenRead path

    [
        for entry in zip.Entries do
            use source = entry.Open()
            use target = new MemoryStream()
            source.CopyTo target
            let bytes = target.ToArray()
            let header = 10 + int (BitConverter.ToUInt16(bytes, 8))

            entry.FullName,
            Encoding.Latin1.GetString(bytes, 10, header - 10).Trim(),
            bytes[header..]
    ]

let private header descr (shape: string) =
    $"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}"

let private bytesOf (values: float32[]) =
    values |> Array.collect BitConverter.GetBytes

let private lengths (examples: Example list) =
    examples
    |> List.map (fun example -> BitConverter.GetBytes example.Length)
    |> Array.concat

let private text (bytes: byte[]) = Encoding.UTF32.GetString bytes

[<Tests>]
let tests =
    testList
        "NpzWriterTests"
        [
            testCase "an archive holds ids, lengths, the pools and meta"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "a.npz"
                Example.save path OutputFormat.Npz Example.allPools "{\"a\":1}" Example.three
                let found = entries path

                Assert.equal
                    [
                        "ids.npy", header "<U14" "(3,)"
                        "lengths.npy", header "<i4" "(3,)"
                        "average.npy", header "<f4" "(3, 3)"
                        "final.npy", header "<f4" "(3, 3)"
                        "cell.npy", header "<f4" "(3, 3)"
                        "meta.npy", header "<U7" "()"
                    ]
                    (found |> List.map (fun (name, header, _) -> name, header))

                let elements = found |> List.map (fun (_, _, bytes) -> bytes)

                Assert.equal
                    (Example.three |> List.map _.Id)
                    (elements[0]
                     |> Array.chunkBySize 56
                     |> Array.map (fun row -> (text row).TrimEnd '\000')
                     |> List.ofArray)

                Assert.equal (lengths Example.three) (elements[1])

                for index, pool in List.indexed [ Pool.Average; Pool.Final; Pool.Cell ] do
                    Assert.equal
                        (Example.three
                         |> List.map (fun example -> bytesOf (Example.pool example pool))
                         |> Array.concat)
                        (elements[index + 2])

                Assert.equal "{\"a\":1}" (text elements[5])
                Assert.equal [ "a.npz" ] folder.Names

            testCase "fusion is average, final and cell in one row"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "a.npz"

                Example.save
                    path
                    OutputFormat.Npz
                    (OutputContent.Pooled [ Pool.Fusion; Pool.Fusion ])
                    ""
                    Example.three

                let found = entries path

                Assert.equal
                    [ "ids.npy"; "lengths.npy"; "fusion.npy"; "meta.npy" ]
                    (found |> List.map (fun (name, _, _) -> name))

                let _, shape, bytes = found[2]
                Assert.equal (header "<f4" "(3, 9)") shape

                Assert.equal
                    (Example.three
                     |> List.map (fun example -> bytesOf (Example.pool example Pool.Fusion))
                     |> Array.concat)
                    bytes

            testCase "states per residue are one array per sequence, without that of start"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "a.npz"
                Example.save path OutputFormat.Npz OutputContent.PerResidue "{}" Example.three
                let found = entries path

                Assert.equal
                    [
                        "0.npy", header "<f4" "(4, 3)"
                        "1.npy", header "<f4" "(1, 3)"
                        "2.npy", header "<f4" "(7, 3)"
                        "ids.npy", header "<U14" "(3,)"
                        "lengths.npy", header "<i4" "(3,)"
                        "meta.npy", header "<U2" "()"
                    ]
                    (found |> List.map (fun (name, header, _) -> name, header))

                for index, example in List.indexed Example.three do
                    let _, _, bytes = found[index]
                    Assert.equal (bytesOf (Example.residueStates example)) bytes

            testCase "an archive of nothing has arrays of no rows"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "a.npz"
                Example.save path OutputFormat.Npz Example.allPools "" []

                Assert.equal
                    [
                        "ids.npy", header "<U1" "(0,)"
                        "lengths.npy", header "<i4" "(0,)"
                        "average.npy", header "<f4" "(0, 3)"
                        "final.npy", header "<f4" "(0, 3)"
                        "cell.npy", header "<f4" "(0, 3)"
                        "meta.npy", header "<U1" "()"
                    ]
                    (entries path |> List.map (fun (name, header, _) -> name, header))

            testCase "a sequence of no residues has no states"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "a.npz"

                Example.save
                    path
                    OutputFormat.Npz
                    OutputContent.PerResidue
                    ""
                    [ Example.make 1 "start" 0 ]

                let name, shape, bytes = (entries path).Head
                Assert.equal ("0.npy", header "<f4" "(0, 3)", 0) (name, shape, bytes.Length)

            testCase "entries are stored, at a fixed time"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "a.npz"
                Example.save path OutputFormat.Npz Example.allPools "{}" Example.three
                use zip = ZipFile.OpenRead path

                for entry in zip.Entries do
                    Assert.equal (DateTime(1980, 1, 1)) entry.LastWriteTime.DateTime
                    Assert.equal entry.Length entry.CompressedLength

            testCase "the parser of this library reads an array back"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "a.npz"

                Example.save
                    path
                    OutputFormat.Npz
                    (OutputContent.Pooled [ Pool.Cell ])
                    "{}"
                    Example.three

                use zip = ZipFile.OpenRead path
                use source = zip.Entries[2].Open()
                use target = new MemoryStream()
                source.CopyTo target

                let found =
                    Npy.parse (target.ToArray())
                    |> Result.map (fun array -> array.Shape, List.ofArray (Npy.toSingles array))

                let expected =
                    Example.three |> List.collect (fun example -> List.ofArray example.Cell)

                Assert.equal (Ok([ 3; 3 ], expected)) found
        ]
