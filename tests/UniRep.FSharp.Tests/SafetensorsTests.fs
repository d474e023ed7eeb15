module UniRep.Tests.SafetensorsTests

open System
open System.Buffers.Binary
open System.IO
open System.Text
open FsCheck.FSharp
open UniRep
open UniRep.Formats
open Expecto
open UniRep.Testing

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

let private valid = written [ "model", "waves" ] sample

let private bytes =
    Gen.oneof
        [
            Damage.after [||]
            Damage.after [| 64uy; 0uy; 0uy; 0uy; 0uy; 0uy; 0uy; 0uy; byte '{' |]
            Damage.damaged valid
        ]

[<Tests>]
let tests =
    testList
        "SafetensorsTests"
        [
            testCase "the bytes written are the format's"
            <| fun () ->
                let bytes = written [ "model", "it \"is\" é" ] [ "w", tensor [ 1; 2 ] [ 1f; -1f ] ]

                let header =
                    """{"__metadata__":{"model":"it \"is\" é"},"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}"""

                let length =
                    int (BinaryPrimitives.ReadUInt64LittleEndian(ReadOnlySpan(bytes, 0, 8)))

                Assert.equal 0 (length % 8)
                Assert.equal header (Encoding.UTF8.GetString(bytes, 8, length).TrimEnd ' ')
                Assert.equal (floats [ 1f; -1f ]) (bytes[8 + length ..])

            testCase "what is written comes back, and equal input gives equal bytes"
            <| fun () ->
                let metadata = [ "model", "waves"; "note", "line\nbreak \\ \"" ]
                let bytes = written metadata sample
                Assert.equal bytes (written metadata sample)

                match read bytes with
                | Ok(found, tensors) ->
                    Assert.equal (Map.ofList metadata) found
                    Assert.equal (Map.ofList sample) tensors
                | Error error -> failtest (error.Message)

            testCase "half precision of both kinds is read"
            <| fun () ->
                let halves =
                    [ 1f; -2f; 0.5f; infinityf ]
                    |> List.collect (fun value ->
                        List.ofArray (BitConverter.GetBytes(Half.CreateChecked value)))

                let tops =
                    [ 1f; -2f; 0.5f; infinityf ]
                    |> List.collect (fun value -> List.ofArray (BitConverter.GetBytes(value)[2..]))

                let header = $"""{{"h":{entry "F16" "[4]" 0 8},"b":{entry "BF16" "[4]" 8 16}}}"""
                let found = arrays (file header (Array.ofList (halves @ tops)))
                Assert.equal [| 1f; -2f; 0.5f; infinityf |] (found["h"].Values)
                Assert.equal [| 1f; -2f; 0.5f; infinityf |] (found["b"].Values)

            testCase "a file cut off anywhere is refused"
            <| fun () ->
                let bytes = written [ "model", "waves" ] sample

                for length in 0 .. bytes.Length - 1 do
                    Expect.isTrue
                        ((read (Array.truncate length bytes)).IsError)
                        $"{length} bytes were taken"

                Assert.equal
                    (SafetensorsError.TruncatedHeader(8L, 7L))
                    (error (Array.truncate 7 bytes))

                Assert.equal
                    (SafetensorsError.BadLayout("empty", "it ends at byte 20 of 19"))
                    (error (Array.truncate (bytes.Length - 1) bytes))

            testCase "bytes after the last array are refused"
            <| fun () ->
                let bytes = Array.append (written [] sample) [| 0uy |]

                Assert.equal
                    (SafetensorsError.BadLayout("empty", "it ends at byte 20 of 21"))
                    (error bytes)

                Assert.equal
                    (SafetensorsError.BadLayout("(none)", "it ends at byte 0 of 1"))
                    (error (file "{}" [| 0uy |]))

            testCase "headers larger than any model needs are refused before they are read"
            <| fun () ->
                let announce (length: uint64) =
                    Array.append (BitConverter.GetBytes length) "{}"B

                Assert.equal
                    (SafetensorsError.HeaderTooLarge 32_000_001L)
                    (error (announce 32_000_001UL))

                Assert.equal
                    (SafetensorsError.HeaderTooLarge Int64.MaxValue)
                    (error (announce UInt64.MaxValue))

                Assert.equal
                    (SafetensorsError.TruncatedHeader(32_000_008L, 10L))
                    (error (announce 32_000_000UL))

            testCase "holes, overlaps and shared bytes are refused"
            <| fun () ->
                let two a b =
                    error (file $"""{{"a":{a},"b":{b}}}""" (Array.zeroCreate 12))

                Assert.equal
                    (SafetensorsError.BadLayout("b", "it begins at byte 8, not at 4"))
                    (two (entry "F32" "[1]" 0 4) (entry "F32" "[1]" 8 12))

                Assert.equal
                    (SafetensorsError.BadLayout("b", "it begins at byte 4, not at 8"))
                    (two (entry "F32" "[2]" 0 8) (entry "F32" "[2]" 4 12))

                Assert.equal
                    (SafetensorsError.BadLayout("b", "it begins at byte 0, not at 12"))
                    (two (entry "F32" "[3]" 0 12) (entry "F32" "[3]" 0 12))

                Assert.equal
                    (SafetensorsError.BadLayout("a", "it begins at byte 4, not at 0"))
                    (two (entry "F32" "[1]" 4 8) (entry "F32" "[1]" 8 12))

            testCase "an entry must have type, shape and fitting offsets"
            <| fun () ->
                let one entry =
                    error (file $"""{{"a":{entry}}}""" (Array.zeroCreate 4))

                let incomplete =
                    SafetensorsError.BadEntry("a", "it needs dtype, shape and data_offsets")

                let misfit = SafetensorsError.BadEntry("a", "its offsets do not fit its shape")
                Assert.equal incomplete (one "[]")
                Assert.equal incomplete (one """{"dtype":"F32","shape":[1]}""")
                Assert.equal incomplete (one (entry "F32" "1" 0 4))
                Assert.equal incomplete (one (entry "F32" "[-1]" 0 4))
                Assert.equal incomplete (one (entry "F32" "[1.0]" 0 4))
                Assert.equal incomplete (one (entry "F32" "[\"1\"]" 0 4))

                Assert.equal
                    incomplete
                    (one """{"dtype":"F32","shape":[1],"data_offsets":[0,2,4]}""")

                Assert.equal misfit (one (entry "F32" "[2]" 0 4))
                Assert.equal misfit (one (entry "F32" "[1]" 4 0))
                Assert.equal misfit (one (entry "F32" "[4294967297,4294967297]" 0 4))

                Assert.equal
                    (SafetensorsError.UnsupportedType("a", "I64"))
                    (one (entry "I64" "[1]" 0 4))

                Assert.equal
                    (SafetensorsError.BadEntry("a", "it has more than 64 axes"))
                    (one (entry "F32" $"""[{String.replicate 64 "1,"}1]""" 0 4))

            testCase "metadata must be texts"
            <| fun () ->
                Assert.equal
                    (SafetensorsError.BadEntry("__metadata__", "its values must be strings"))
                    (error (file """{"__metadata__":{"n":1}}""" [||]))

                Assert.equal
                    (SafetensorsError.BadEntry("__metadata__", "it must be an object"))
                    (error (file """{"__metadata__":[]}""" [||]))

            testTheory
                "a header that is no plain JSON object is refused"
                [
                    ""
                    " {}"
                    "[]"
                    "{"
                    "{} x"
                    "{'a':1}"
                    """{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"""
                    """{"\ud800":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"""
                ]
            <| fun header ->
                match error (file header [||]) with
                | SafetensorsError.BadJson reason -> Assert.isNotEmpty reason
                | other -> failtest $"%A{other}"

            testCase "names that are no UTF-8 are refused"
            <| fun () ->
                let bytes = file """{"??":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""" [||]
                bytes[10] <- 0xFFuy
                Assert.isTrue ((read bytes).IsError)

            testCase "messages are short and obey no terminal"
            <| fun () ->
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
                    Expect.isTrue (Damage.isPlainLine text) text
                    Expect.isTrue (text.Length < 450) text

            testForMany 3000 120 "any bytes give arrays or an error" bytes (fun bytes ->
                match read bytes with
                | Ok(_, tensors) ->
                    tensors
                    |> Map.forall (fun _ tensor ->
                        List.fold (*) 1 tensor.Shape = tensor.Values.Length)
                | Error error -> Damage.isPlainLine (error.Message))

            testCase "a ten-line reader in Python reads what is written here"
            <| fun () ->
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

                Assert.equal
                    "{'model': 'waves'}\na F32 5.0\nb F32 [[1.0, 2.0], [3.0, 4.0]]\nempty F32 []"
                    shown
        ]
