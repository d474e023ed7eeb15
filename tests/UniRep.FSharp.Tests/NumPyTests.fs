module UniRep.Tests.NumPyTests

open System
open System.IO
open System.Text.Json
open UniRep
open UniRep.IO
open UniRep.Formats
open Expecto
open UniRep.Testing

/// What a script prints as JSON.
let private printed modules script path =
    JsonDocument.Parse(Python.run modules script [ path ])

let private singles (json: JsonElement) =
    [
        for row in json.EnumerateArray() ->
            [ for value in row.EnumerateArray() -> value.GetSingle() ]
    ]

let private rows pool =
    Example.three
    |> List.map (fun example -> List.ofArray (Example.pool example pool))

let private states =
    Example.three
    |> List.map (fun example ->
        Example.residueStates example |> List.ofArray |> List.chunkBySize Example.units)

let private ids (json: JsonElement) =
    [ for id in json.EnumerateArray() -> string (id.GetString()) ]

let private readNpz =
    """
with numpy.load(sys.argv[1], allow_pickle=False) as arrays:
    print(json.dumps({name: arrays[name].tolist() for name in arrays.files}))
"""

[<Tests>]
let tests =
    testList
        "NumPyTests"
        [
            testCase "NumPy reads an archive of pools"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "a.npz"
                Example.save path OutputFormat.Npz Example.allPools "{\"é\":1}" Example.three
                use json = printed "json, numpy" readNpz path
                let root = json.RootElement
                Assert.equal (Example.three |> List.map _.Id) (ids (root.GetProperty "ids"))
                Assert.equal "{\"é\":1}" (nonNull (root.GetProperty("meta").GetString()))

                Assert.equal
                    [ 4; 1; 7 ]
                    [
                        for length in root.GetProperty("lengths").EnumerateArray() ->
                            length.GetInt32()
                    ]

                Assert.equal (rows Pool.Average) (singles (root.GetProperty "average"))
                Assert.equal (rows Pool.Final) (singles (root.GetProperty "final"))
                Assert.equal (rows Pool.Cell) (singles (root.GetProperty "cell"))

            testCase "NumPy reads an archive of states per residue"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "a.npz"
                Example.save path OutputFormat.Npz OutputContent.PerResidue "" Example.three
                use json = printed "json, numpy" readNpz path

                for index, expected in List.indexed states do
                    let found = singles (json.RootElement.GetProperty(string index))
                    Assert.equal expected found

                Assert.equal "" (nonNull (json.RootElement.GetProperty("meta").GetString()))

            testCase "NumPy reads an archive of nothing"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "a.npz"
                Example.save path OutputFormat.Npz (OutputContent.Pooled [ Pool.Fusion ]) "" []

                let script =
                    """
with numpy.load(sys.argv[1], allow_pickle=False) as arrays:
    print(json.dumps([list(arrays[name].shape) for name in ("ids", "lengths", "fusion")]))
"""

                use json = printed "json, numpy" script path
                Assert.equal "[[0], [0], [0, 9]]" (json.RootElement.GetRawText())

            testCase "NumPy reads an array file"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "a.npy"

                Example.save
                    path
                    OutputFormat.Npy
                    (OutputContent.Pooled [ Pool.Fusion ])
                    ""
                    Example.three

                use json =
                    printed "json, numpy" "print(json.dumps(numpy.load(sys.argv[1]).tolist()))" path

                Assert.equal (rows Pool.Fusion) (singles json.RootElement)

            testCase "ten lines of Python read safetensors"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "a.safetensors"

                Example.save
                    path
                    OutputFormat.SafetensorsArrays
                    OutputContent.PerResidue
                    "{\"model\":\"m\"}"
                    Example.three

                let script =
                    """
content = open(sys.argv[1], "rb").read()
length, = struct.unpack("<Q", content[:8])
header = json.loads(content[8:8 + length])
metadata = header.pop("__metadata__")
found = {"ids": json.loads(metadata["ids"]), "meta": metadata["meta"]}
for name, entry in header.items():
    start, end = (8 + length + offset for offset in entry["data_offsets"])
    kind = {"F32": "f", "I32": "i"}[entry["dtype"]]
    found[name] = [entry["shape"], struct.unpack("<%d%s" % ((end - start) // 4, kind), content[start:end])]
print(json.dumps(found))
"""

                use json = printed "json, struct" script path
                let root = json.RootElement
                Assert.equal (Example.three |> List.map _.Id) (ids (root.GetProperty "ids"))
                Assert.equal "{\"model\":\"m\"}" (nonNull (root.GetProperty("meta").GetString()))
                Assert.equal "[[3], [4, 1, 7]]" (root.GetProperty("lengths").GetRawText())

                for index, example in List.indexed Example.three do
                    let found = root.GetProperty(string index)
                    Assert.equal $"[{example.Length}, {Example.units}]" (found[0].GetRawText())

                    Assert.equal
                        (List.ofArray (Example.residueStates example))
                        [ for value in found[1].EnumerateArray() -> value.GetSingle() ]

            testTheory
                "both byte orders that NumPy writes give the same numbers"
                [ "f2"; "f4"; "f8"; "i2"; "i4"; "i8"; "u2"; "u4"; "u8" ]
            <| fun (kind: string) ->
                use folder = new TestFolder()

                let whole =
                    if kind.StartsWith 'u' then
                        "[1, 2, 300]"
                    else
                        "[1, -2, 300]"

                let expected =
                    [| 1.0; (if kind.StartsWith 'u' then 2.0 else -2.0); 300.0; 4.0; 5.0; 6.0 |]

                Python.run
                    "numpy"
                    $"for order in '<>':
    for major in 'CF':
        path = sys.argv[1] + '/' + major + ('little' if order == '<' else 'big')
        numpy.save(path, numpy.asarray([{whole}, [4, 5, 6]], dtype=order + '{kind}', order=major))"
                    [ folder.Path "" ]
                |> ignore

                for order, name in [ "<", "little"; ">", "big" ] do
                    for major in [ "C"; "F" ] do
                        match Npy.parse (File.ReadAllBytes(folder.Path $"{major}{name}.npy")) with
                        | Error error -> failtest (error.Message)
                        | Ok array ->
                            Assert.equal $"{order}{kind}" array.Descr
                            Assert.equal expected (Npy.toFloats array)
                            Assert.equal (Array.map float32 expected) (Npy.toSingles array)

            testCase "NumPy reads an array that is written here"
            <| fun () ->
                use folder = new TestFolder()

                let bytes =
                    Array.append
                        (Npy.header "<f4" [ 2L; 3L ])
                        ([| 0f; 0.5f; 1f; 1.5f; 2f; -2.5f |] |> Array.collect BitConverter.GetBytes)

                let path = folder.WriteBytes("it.npy", bytes)

                let shown =
                    Python.run
                        "numpy"
                        "x = numpy.load(sys.argv[1]); print(x.dtype, x.tolist())"
                        [ path ]

                Assert.equal "float32 [[0.0, 0.5, 1.0], [1.5, 2.0, -2.5]]" shown

            testCase "an array that NumPy writes is read here"
            <| fun () ->
                use folder = new TestFolder()

                Python.run
                    "numpy"
                    """
for name in ["<f2", "<f4", "<f8", "<i4", "<i8", "|i1", "|u1"]:
    for order in "CF":
        for version in [(1, 0), (2, 0), (3, 0)]:
            x = numpy.asarray(numpy.arange(24).reshape(2, 3, 4), dtype=name, order=order)
            path = f"{sys.argv[1]}-{name.strip('<|')}-{order}-{version[0]}.npy"
            numpy.lib.format.write_array(open(path, "wb"), x, version)
"""
                    [ folder.Path "it" ]
                |> ignore

                Assert.equal 42 folder.Names.Length

                for name in folder.Names do
                    let array = Npy.parse (File.ReadAllBytes(folder.Path name))

                    Assert.equal
                        (Ok([ 2; 3; 4 ], Array.init 24 float))
                        (array |> Result.map (fun array -> array.Shape, Npy.toFloats array))
        ]
