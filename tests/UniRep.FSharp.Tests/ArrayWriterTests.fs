module UniRep.Tests.ArrayWriterTests

open System
open System.IO
open System.Text
open System.Text.Json
open UniRep
open UniRep.IO
open UniRep.Formats
open Xunit

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

[<Fact>]
let ``safetensors hold pools and lengths, and ids and meta in their metadata`` () =
    let json, content =
        sent OutputFormat.SafetensorsArrays Example.allPools Example.three |> parts

    use json = json
    Assert.Equal("{\"model\":\"m\"}", metadata json "meta")
    Assert.Equal<string list>(Example.three |> List.map _.Id, idsOf json)

    for pool, name in [ Pool.Average, "average"; Pool.Final, "final"; Pool.Cell, "cell" ] do
        let dtype, shape, bytes = array json content name
        Assert.Equal("F32", dtype)
        Assert.Equal<int list>([ 3; 3 ], shape)

        Assert.Equal<byte[]>(
            Example.three
            |> List.map (fun example -> bytesOf (Example.pool example pool))
            |> Array.concat,
            bytes
        )

    let dtype, shape, bytes = array json content "lengths"
    Assert.Equal("I32", dtype)
    Assert.Equal<int list>([ 3 ], shape)

    Assert.Equal<byte[]>(
        [| 4; 1; 7 |]
        |> Array.collect (fun (length: int) -> BitConverter.GetBytes length),
        bytes
    )

[<Fact>]
let ``safetensors hold the states of each sequence under its number`` () =
    let json, content =
        sent OutputFormat.SafetensorsArrays OutputContent.PerResidue Example.three
        |> parts

    use json = json

    for index, example in List.indexed Example.three do
        let dtype, shape, bytes = array json content (string index)
        Assert.Equal("F32", dtype)
        Assert.Equal<int list>([ example.Length; Example.units ], shape)
        Assert.Equal<byte[]>(bytesOf (Example.residueStates example), bytes)

    Assert.Equal<string list>(Example.three |> List.map _.Id, idsOf json)

[<Fact>]
let ``safetensors of nothing hold arrays of no rows`` () =
    let json, content =
        sent OutputFormat.SafetensorsArrays (OutputContent.Pooled [ Pool.Cell ]) []
        |> parts

    use json = json
    Assert.Equal(("F32", [ 0; 3 ], 0), array json content "cell" |> fun (t, s, b) -> t, s, b.Length)
    Assert.Equal(("I32", [ 0 ], 0), array json content "lengths" |> fun (t, s, b) -> t, s, b.Length)
    Assert.Equal<string list>([], idsOf json)

[<Fact>]
let ``arrays begin at multiples of eight bytes of a file`` () =
    for count in 0..9 do
        let examples =
            [ for number in 1..count -> Example.make number (String('i', number)) number ]

        let bytes = sent OutputFormat.SafetensorsArrays Example.allPools examples
        Assert.Equal(0UL, BitConverter.ToUInt64(bytes, 0) % 8UL)

[<Fact>]
let ``an array file holds one pool, and its ids lie beside it, one a line`` () =
    use folder = new TestFolder()
    let path = folder.Path "a.npy"
    let examples = Example.three @ [ Example.make 4 "two\r\nlines" 1 ]
    Example.save path OutputFormat.Npy (OutputContent.Pooled [ Pool.Final ]) "{}" examples
    Assert.Equal<string list>([ "a.npy"; "a.npy.ids.txt" ], folder.Names)

    Assert.Equal(
        "sp|P0A7B8|HSLV\na,\"b\"\tc'é漢\U0001F9EC\nx\ntwo  lines\n",
        File.ReadAllText(path + ".ids.txt")
    )

    let found =
        Npy.parse (File.ReadAllBytes path)
        |> Result.map (fun array -> array.Shape, List.ofArray (Npy.toSingles array))

    let expected = examples |> List.collect (fun example -> List.ofArray example.Final)
    Assert.Equal(Ok([ 4; 3 ], expected), found)

[<Fact>]
let ``an array sent to a stream is the array of a file`` () =
    use folder = new TestFolder()
    let path = folder.Path "a.npy"
    Example.save path OutputFormat.Npy (OutputContent.Pooled [ Pool.Fusion ]) "{}" Example.three

    Assert.Equal<byte[]>(
        File.ReadAllBytes path,
        sent OutputFormat.Npy (OutputContent.Pooled [ Pool.Fusion ]) Example.three
    )

[<Fact>]
let ``a header that no reader would take is refused before it is too late`` () =
    use folder = new TestFolder()

    let writer =
        Example.openFile
            (folder.Path "a.safetensors")
            OutputFormat.SafetensorsArrays
            Example.allPools

    let long = Example.make 1 (String('i', 30_000_000)) 1

    let error =
        Assert.Throws<IOException>(fun () -> Example.write writer [ long; long; long; long ])

    Assert.EndsWith("write npz", error.Message)
    writer.Close()
    Assert.Equal<string list>([], folder.Names)
