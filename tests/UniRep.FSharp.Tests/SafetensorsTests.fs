module UniRep.Tests.SafetensorsTests

open System
open System.Buffers.Binary
open System.IO
open System.Text
open FsCheck.FSharp
open UniRep
open UniRep.Formats
open Xunit

/// A file with a header of our own making.
let private file (header: string) (content: byte[]) =
    let header = Encoding.UTF8.GetBytes header
    Array.concat [ BitConverter.GetBytes(uint64 header.Length); header; content ]

let private read (bytes: byte[]) =
    use stream = new MemoryStream(bytes)
    Safetensors.read stream

let private arrays bytes =
    match read bytes with
    | Ok(_, arrays) -> arrays
    | Error error -> invalidOp error.Message

let private error bytes =
    match read bytes with
    | Ok(_, arrays) -> invalidOp $"read as %A{arrays}"
    | Error error -> error

let private written metadata tensors =
    use stream = new MemoryStream()
    Safetensors.write stream metadata tensors
    stream.ToArray()

let private entry dtype shape first last =
    $"""{{"dtype":"{dtype}","shape":{shape},"data_offsets":[{first},{last}]}}"""

let private floats (values: float32 list) =
    values |> List.collect (BitConverter.GetBytes >> List.ofArray) |> Array.ofList

let private tensor shape values =
    {
        Shape = shape
        Values = Array.ofList values
    }

let private sample =
    [
        "b", tensor [ 2; 2 ] [ 1f; 2f; 3f; 4f ]
        "a", tensor [] [ 5f ]
        "empty", tensor [ 0; 3 ] []
    ]

[<Fact>]
let ``the bytes written are the format's`` () =
    let bytes = written [ "model", "it \"is\" é" ] [ "w", tensor [ 1; 2 ] [ 1f; -1f ] ]

    let header =
        """{"__metadata__":{"model":"it \"is\" é"},"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}"""

    let length =
        int (BinaryPrimitives.ReadUInt64LittleEndian(ReadOnlySpan(bytes, 0, 8)))

    Assert.Equal(0, length % 8)
    Assert.Equal(header, Encoding.UTF8.GetString(bytes, 8, length).TrimEnd ' ')
    Assert.Equal<byte[]>(floats [ 1f; -1f ], bytes[8 + length ..])

[<Fact>]
let ``what is written comes back, and equal input gives equal bytes`` () =
    let metadata = [ "model", "waves"; "note", "line\nbreak \\ \"" ]
    let bytes = written metadata sample
    Assert.Equal<byte[]>(bytes, written metadata sample)

    match read bytes with
    | Ok(found, tensors) ->
        Assert.Equal<Map<string, string>>(Map.ofList metadata, found)
        Assert.Equal<Map<string, Tensor>>(Map.ofList sample, tensors)
    | Error error -> Assert.Fail(error.Message)

[<Fact>]
let ``half precision of both kinds is read`` () =
    let halves =
        [ 1f; -2f; 0.5f; infinityf ]
        |> List.collect (fun value ->
            List.ofArray (BitConverter.GetBytes(Half.CreateChecked value)))

    let tops =
        [ 1f; -2f; 0.5f; infinityf ]
        |> List.collect (fun value -> List.ofArray (BitConverter.GetBytes(value)[2..]))

    let header = $"""{{"h":{entry "F16" "[4]" 0 8},"b":{entry "BF16" "[4]" 8 16}}}"""
    let found = arrays (file header (Array.ofList (halves @ tops)))
    Assert.Equal<float32[]>([| 1f; -2f; 0.5f; infinityf |], found["h"].Values)
    Assert.Equal<float32[]>([| 1f; -2f; 0.5f; infinityf |], found["b"].Values)

[<Fact>]
let ``a file cut off anywhere is refused`` () =
    let bytes = written [ "model", "waves" ] sample

    for length in 0 .. bytes.Length - 1 do
        Assert.True((read (Array.truncate length bytes)).IsError, $"{length} bytes were taken")

    Assert.Equal(SafetensorsError.TruncatedHeader(8L, 7L), error (Array.truncate 7 bytes))

    Assert.Equal(
        SafetensorsError.BadLayout("empty", "it ends at byte 20 of 19"),
        error (Array.truncate (bytes.Length - 1) bytes)
    )

[<Fact>]
let ``bytes after the last array are refused`` () =
    let bytes = Array.append (written [] sample) [| 0uy |]
    Assert.Equal(SafetensorsError.BadLayout("empty", "it ends at byte 20 of 21"), error bytes)

    Assert.Equal(
        SafetensorsError.BadLayout("(none)", "it ends at byte 0 of 1"),
        error (file "{}" [| 0uy |])
    )

[<Fact>]
let ``headers larger than any model needs are refused before they are read`` () =
    let announce (length: uint64) =
        Array.append (BitConverter.GetBytes length) "{}"B

    Assert.Equal(SafetensorsError.HeaderTooLarge 32_000_001L, error (announce 32_000_001UL))
    Assert.Equal(SafetensorsError.HeaderTooLarge Int64.MaxValue, error (announce UInt64.MaxValue))
    Assert.Equal(SafetensorsError.TruncatedHeader(32_000_008L, 10L), error (announce 32_000_000UL))

[<Fact>]
let ``holes, overlaps and shared bytes are refused`` () =
    let two a b =
        error (file $"""{{"a":{a},"b":{b}}}""" (Array.zeroCreate 12))

    Assert.Equal(
        SafetensorsError.BadLayout("b", "it begins at byte 8, not at 4"),
        two (entry "F32" "[1]" 0 4) (entry "F32" "[1]" 8 12)
    )

    Assert.Equal(
        SafetensorsError.BadLayout("b", "it begins at byte 4, not at 8"),
        two (entry "F32" "[2]" 0 8) (entry "F32" "[2]" 4 12)
    )

    Assert.Equal(
        SafetensorsError.BadLayout("b", "it begins at byte 0, not at 12"),
        two (entry "F32" "[3]" 0 12) (entry "F32" "[3]" 0 12)
    )

    Assert.Equal(
        SafetensorsError.BadLayout("a", "it begins at byte 4, not at 0"),
        two (entry "F32" "[1]" 4 8) (entry "F32" "[1]" 8 12)
    )

[<Fact>]
let ``an entry must have type, shape and fitting offsets`` () =
    let one entry =
        error (file $"""{{"a":{entry}}}""" (Array.zeroCreate 4))

    let incomplete =
        SafetensorsError.BadEntry("a", "it needs dtype, shape and data_offsets")

    let misfit = SafetensorsError.BadEntry("a", "its offsets do not fit its shape")
    Assert.Equal(incomplete, one "[]")
    Assert.Equal(incomplete, one """{"dtype":"F32","shape":[1]}""")
    Assert.Equal(incomplete, one (entry "F32" "1" 0 4))
    Assert.Equal(incomplete, one (entry "F32" "[-1]" 0 4))
    Assert.Equal(incomplete, one (entry "F32" "[1.0]" 0 4))
    Assert.Equal(incomplete, one (entry "F32" "[\"1\"]" 0 4))
    Assert.Equal(incomplete, one """{"dtype":"F32","shape":[1],"data_offsets":[0,2,4]}""")
    Assert.Equal(misfit, one (entry "F32" "[2]" 0 4))
    Assert.Equal(misfit, one (entry "F32" "[1]" 4 0))
    Assert.Equal(misfit, one (entry "F32" "[4294967297,4294967297]" 0 4))
    Assert.Equal(SafetensorsError.UnsupportedType("a", "I64"), one (entry "I64" "[1]" 0 4))

    Assert.Equal(
        SafetensorsError.BadEntry("a", "it has more than 64 axes"),
        one (entry "F32" $"""[{String.replicate 64 "1,"}1]""" 0 4)
    )

[<Fact>]
let ``metadata must be texts`` () =
    Assert.Equal(
        SafetensorsError.BadEntry("__metadata__", "its values must be strings"),
        error (file """{"__metadata__":{"n":1}}""" [||])
    )

    Assert.Equal(
        SafetensorsError.BadEntry("__metadata__", "it must be an object"),
        error (file """{"__metadata__":[]}""" [||])
    )

[<Theory>]
[<InlineData("")>]
[<InlineData(" {}")>]
[<InlineData("[]")>]
[<InlineData("{")>]
[<InlineData("{} x")>]
[<InlineData("{'a':1}")>]
[<InlineData("""{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""")>]
[<InlineData("""{"\ud800":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""")>]
let ``a header that is no plain JSON object is refused`` header =
    match error (file header [||]) with
    | SafetensorsError.BadJson reason -> Assert.NotEmpty reason
    | other -> Assert.Fail $"%A{other}"

[<Fact>]
let ``names that are no UTF-8 are refused`` () =
    let bytes = file """{"??":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""" [||]
    bytes[10] <- 0xFFuy
    Assert.True((read bytes).IsError)

[<Fact>]
let ``messages are short and obey no terminal`` () =
    let nasty = "\027[2J" + String.replicate 1000 "x"

    for error in
        [
            SafetensorsError.TruncatedHeader(1L, 2L)
            SafetensorsError.HeaderTooLarge 3L
            SafetensorsError.BadJson nasty
            SafetensorsError.BadEntry(nasty, nasty)
            SafetensorsError.BadLayout(nasty, nasty)
            SafetensorsError.UnsupportedType(nasty, nasty)
        ] do
        let text = error.Message
        Assert.True(Damage.isPlainLine text, text)
        Assert.True(text.Length < 450, text)

[<Fact>]
let ``any bytes give arrays or an error`` () =
    let valid = written [ "model", "waves" ] sample

    let bytes =
        Gen.oneof
            [
                Damage.after [||]
                Damage.after [| 64uy; 0uy; 0uy; 0uy; 0uy; 0uy; 0uy; 0uy; byte '{' |]
                Damage.damaged valid
            ]

    Damage.check 3000 bytes (fun bytes ->
        match read bytes with
        | Ok(_, tensors) ->
            tensors
            |> Map.forall (fun _ tensor -> List.fold (*) 1 tensor.Shape = tensor.Values.Length)
        | Error error -> Damage.isPlainLine (error.Message))

[<Fact>]
let ``a ten-line reader in Python reads what is written here`` () =
    use folder = new TestFolder()
    let path = folder.WriteBytes("it.safetensors", written [ "model", "waves" ] sample)

    let shown =
        Python.run
            "json, struct, numpy"
            """
raw = open(sys.argv[1], "rb").read()
n, = struct.unpack("<Q", raw[:8])
header = json.loads(raw[8:8 + n])
print(header.pop("__metadata__"))
for name, e in sorted(header.items()):
    first, last = e["data_offsets"]
    x = numpy.frombuffer(raw[8 + n + first:8 + n + last], "<f4").reshape(e["shape"])
    print(name, e["dtype"], x.tolist())
"""
            [ path ]

    Assert.Equal(
        "{'model': 'waves'}\na F32 5.0\nb F32 [[1.0, 2.0], [3.0, 4.0]]\nempty F32 []",
        shown
    )
