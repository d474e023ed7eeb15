module UniRep.Tests.ArrayWriterTests

open System
open System.IO
open System.Text
open System.Text.Json
open UniRep
open UniRep.IO
open UniRep.Formats
open Expecto
open UniRep.Testing

/// The header of a safetensors file as JSON, and the bytes after it.
let private parts (bytes: byte[]) =
    let length = int (BitConverter.ToUInt64(bytes, 0))
    JsonDocument.Parse(ReadOnlyMemory(bytes, 8, length)), bytes[8 + length ..]

let private metadata (json: JsonDocument) (key: string) =
    string (json.RootElement.GetProperty("__metadata__").GetProperty(key).GetString())

let private idsOf json =
    use ids = JsonDocument.Parse(metadata json "ids")
    [ for id in ids.RootElement.EnumerateArray() -> string (id.GetString()) ]

/// Type, shape and elements' bytes of an array.
let private array (json: JsonDocument) (content: byte[]) (name: string) =
    let entry = json.RootElement.GetProperty name
    let offsets = entry.GetProperty "data_offsets"

    string (entry.GetProperty("dtype").GetString()),
    [ for size in entry.GetProperty("shape").EnumerateArray() -> size.GetInt32() ],
    content[offsets[0].GetInt32() .. offsets[1].GetInt32() - 1]

let private sent format content examples =
    use target = new MemoryStream()
    Example.send target format content "{\"model\":\"m\"}" examples
    target.ToArray()

let private bytesOf (values: float32[]) =
    values |> Array.collect BitConverter.GetBytes

[<Tests>]
let tests =
    testList
        "ArrayWriterTests"
        [
            testCase "safetensors hold pools and lengths, and ids and meta in their metadata"
            <| fun () ->
                let json, content =
                    sent OutputFormat.SafetensorsArrays Example.allPools Example.three |> parts

                use json = json
                Assert.equal "{\"model\":\"m\"}" (metadata json "meta")
                Assert.equal (Example.three |> List.map _.Id) (idsOf json)

                for pool, name in
                    [ Pool.Average, "average"; Pool.Final, "final"; Pool.Cell, "cell" ] do
                    let dtype, shape, bytes = array json content name
                    Assert.equal "F32" dtype
                    Assert.equal [ 3; 3 ] shape

                    Assert.equal
                        (Example.three
                         |> List.map (fun example -> bytesOf (Example.pool example pool))
                         |> Array.concat)
                        bytes

                let dtype, shape, bytes = array json content "lengths"
                Assert.equal "I32" dtype
                Assert.equal [ 3 ] shape

                Assert.equal
                    ([| 4; 1; 7 |]
                     |> Array.collect (fun (length: int) -> BitConverter.GetBytes length))
                    bytes

            testCase "safetensors hold the states of each sequence under its number"
            <| fun () ->
                let json, content =
                    sent OutputFormat.SafetensorsArrays OutputContent.PerResidue Example.three
                    |> parts

                use json = json

                for index, example in List.indexed Example.three do
                    let dtype, shape, bytes = array json content (string index)
                    Assert.equal "F32" dtype
                    Assert.equal [ example.Length; Example.units ] shape
                    Assert.equal (bytesOf (Example.residueStates example)) bytes

                Assert.equal (Example.three |> List.map _.Id) (idsOf json)

            testCase "safetensors of nothing hold arrays of no rows"
            <| fun () ->
                let json, content =
                    sent OutputFormat.SafetensorsArrays (OutputContent.Pooled [ Pool.Cell ]) []
                    |> parts

                use json = json

                Assert.equal
                    ("F32", [ 0; 3 ], 0)
                    (array json content "cell" |> fun (t, s, b) -> t, s, b.Length)

                Assert.equal
                    ("I32", [ 0 ], 0)
                    (array json content "lengths" |> fun (t, s, b) -> t, s, b.Length)

                Assert.equal [] (idsOf json)

            testCase "arrays begin at multiples of eight bytes of a file"
            <| fun () ->
                for count in 0..9 do
                    let examples =
                        [
                            for number in 1..count ->
                                Example.make number (String('i', number)) number
                        ]

                    let bytes = sent OutputFormat.SafetensorsArrays Example.allPools examples
                    Assert.equal 0UL (BitConverter.ToUInt64(bytes, 0) % 8UL)

            testCase "an array file holds one pool, and its ids lie beside it, one a line"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "a.npy"
                let examples = Example.three @ [ Example.make 4 "two\r\nlines" 1 ]

                Example.save
                    path
                    OutputFormat.Npy
                    (OutputContent.Pooled [ Pool.Final ])
                    "{}"
                    examples

                Assert.equal [ "a.npy"; "a.npy.ids.txt" ] folder.Names

                Assert.equal
                    "sp|P0A7B8|HSLV\na,\"b\"\tc'é漢\U0001F9EC\nx\ntwo  lines\n"
                    (File.ReadAllText(path + ".ids.txt"))

                let found =
                    Npy.parse (File.ReadAllBytes path)
                    |> Result.map (fun array -> array.Shape, List.ofArray (Npy.toSingles array))

                let expected = examples |> List.collect (fun example -> List.ofArray example.Final)
                Assert.equal (Ok([ 4; 3 ], expected)) found

            testCase "an array sent to a stream is the array of a file"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "a.npy"

                Example.save
                    path
                    OutputFormat.Npy
                    (OutputContent.Pooled [ Pool.Fusion ])
                    "{}"
                    Example.three

                Assert.equal
                    (File.ReadAllBytes path)
                    (sent OutputFormat.Npy (OutputContent.Pooled [ Pool.Fusion ]) Example.three)

            testCase "a header that no reader would take is refused before it is too late"
            <| fun () ->
                use folder = new TestFolder()

                let writer =
                    Example.openFile
                        (folder.Path "a.safetensors")
                        OutputFormat.SafetensorsArrays
                        Example.allPools

                let long = Example.make 1 (String('i', 30_000_000)) 1

                let error =
                    Assert.throws<IOException>(fun () ->
                        Example.write writer [ long; long; long; long ])

                Assert.endsWith "write npz" error.Message
                writer.Close()
                Assert.equal [] folder.Names
        ]
