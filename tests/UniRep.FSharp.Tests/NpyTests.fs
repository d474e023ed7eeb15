module UniRep.Tests.NpyTests

open System
open System.Text
open FsCheck.FSharp
open UniRep.Formats
open Expecto
open UniRep.Testing

/// A file with a header of our own making.
let private file version (header: string) (content: byte[]) =
    let length = header.Length

    let prefix =
        if version = 1 then
            [| byte length; byte (length >>> 8) |]
        else
            BitConverter.GetBytes length

    Array.concat
        [
            [| 0x93uy |]
            "NUMPY"B
            [| byte version; 0uy |]
            prefix
            Encoding.UTF8.GetBytes header
            content
        ]

let private entry descr order shape =
    $"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}\n"

let private singles (values: float32 list) =
    values |> List.map BitConverter.GetBytes |> Array.concat

let private parsed bytes =
    match Npy.parse bytes with
    | Ok array -> array
    | Error error -> invalidOp error.Message

let private error bytes =
    match Npy.parse bytes with
    | Ok array -> invalidOp $"read as {array.Descr} %A{array.Shape}"
    | Error error -> error

let private one = entry "<f4" "False" "(1,)"

let private shape = Gen.choose (0, 5) |> Gen.map int64 |> Gen.listOf |> Gen.resize 4

let private valid =
    file 1 (entry "<f4" "True" "(2, 3)") (singles [ 0f; 3f; 1f; 4f; 2f; 5f ])

let private bytes =
    Gen.oneof
        [
            Damage.after [||]
            Damage.after (Array.append [| 0x93uy |] "NUMPY\001\000"B)
            Damage.damaged valid
            Damage.damaged (file 2 one (singles [ 1f ]))
        ]

[<Tests>]
let tests =
    testList
        "NpyTests"
        [
            testTheory
                "the header is the one NumPy writes"
                [ "", "()"; "3", "(3,)"; "2 3", "(2, 3)"; "100000 1900", "(100000, 1900)" ]
            <| fun (sizes: string, shape) ->
                let sizes = sizes.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                let header = Npy.header "<f4" (sizes |> Array.map int64 |> List.ofArray)
                let text = $"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}"

                Assert.equal
                    [| 0x93uy; 78uy; 85uy; 77uy; 80uy; 89uy; 1uy; 0uy; 118uy; 0uy |]
                    (header[..9])

                Assert.equal (text.PadRight 117 + "\n") (Encoding.ASCII.GetString header[10..])
                Assert.equal 128 header.Length

            testTheory "every version of the format is read" [ 1; 2; 3 ]
            <| fun version ->
                let array =
                    parsed (file version (entry "<f4" "False" "(2, 1)") (singles [ 1.5f; -2f ]))

                Assert.equal [ 2; 1 ] array.Shape
                Assert.equal [| 1.5f; -2f |] (Npy.toSingles array)

            testCase "every element type gives its numbers"
            <| fun () ->
                let numbers descr (bytes: byte[]) size =
                    let array =
                        parsed (file 1 (entry descr "False" $"({bytes.Length / size},)") bytes)

                    Assert.equal descr array.Descr
                    let floats = Npy.toFloats array
                    Assert.equal (Array.map float32 floats) (Npy.toSingles array)
                    List.ofArray floats

                let expected = [ 1.0; -2.0; 100.0 ]
                let values = [| 1; -2; 100 |]

                let bytesOf (getBytes: int -> byte[]) = Array.collect getBytes values

                let half (value: int) =
                    BitConverter.GetBytes(Half.CreateChecked value)

                let single (value: int) = BitConverter.GetBytes(float32 value)
                let double (value: int) = BitConverter.GetBytes(float value)
                let integer (value: int) = BitConverter.GetBytes value
                let long (value: int) = BitConverter.GetBytes(int64 value)
                Assert.equal expected (numbers "<f2" (bytesOf half) 2)
                Assert.equal expected (numbers "<f4" (bytesOf single) 4)
                Assert.equal expected (numbers "<f8" (bytesOf double) 8)
                Assert.equal expected (numbers "<i4" (bytesOf integer) 4)
                Assert.equal expected (numbers "<i8" (bytesOf long) 8)
                Assert.equal expected (numbers "|i1" [| 1uy; 254uy; 100uy |] 1)
                Assert.equal [ 1.0; 254.0; 100.0 ] (numbers "|u1" [| 1uy; 254uy; 100uy |] 1)

            testCase "column-major arrays come out row-major"
            <| fun () ->
                let matrix =
                    file 1 (entry "<f4" "True" "(2, 3)") (singles [ 0f; 3f; 1f; 4f; 2f; 5f ])

                Assert.equal [| 0f; 1f; 2f; 3f; 4f; 5f |] (Npy.toSingles (parsed matrix))

            testCase "arrays without elements and single numbers are read"
            <| fun () ->
                Assert.isEmpty (
                    Npy.toSingles (parsed (file 1 (entry "<f4" "True" "(3, 0, 2)") [||]))
                )

                let single = parsed (file 1 (entry "<f4" "False" "()") (singles [ 7f ]))
                Assert.isEmpty single.Shape
                Assert.equal [| 7f |] (Npy.toSingles single)

            testCase "entries may stand in any order and sizes may be long integers of Python 2"
            <| fun () ->
                let header = "{'shape': (1L,), 'fortran_order': False, 'descr': '<f4'}"
                Assert.equal [ 1 ] ((parsed (file 1 header (singles [ 1f ]))).Shape)

            testCase "what is no array is refused with its reason"
            <| fun () ->
                let content = singles [ 1f ]
                let whole = file 1 one content
                Assert.equal NpyError.NotNpy (error [||])
                Assert.equal NpyError.NotNpy (error (Encoding.ASCII.GetBytes "<html>404</html>"))
                Assert.equal (NpyError.UnknownVersion 4) (error (file 4 one content))

                Assert.equal
                    (NpyError.WrongLength(12L, 11L))
                    (error (Array.truncate 11 (file 2 one content)))

                Assert.equal
                    (NpyError.WrongLength(4L, 3L))
                    (error (Array.truncate (whole.Length - 1) whole))

                Assert.equal (NpyError.WrongLength(4L, 5L)) (error (Array.append whole [| 0uy |]))

                Assert.equal
                    (NpyError.WrongLength(10L + int64 one.Length, 40L))
                    (error (Array.truncate 40 whole))

                Assert.equal
                    (NpyError.UnreadableType "<f16")
                    (error (file 1 (entry "<f16" "False" "(1,)") content))

                Assert.equal
                    (NpyError.UnreadableType "=f4")
                    (error (file 1 (entry "=f4" "False" "(1,)") content))

                Assert.equal
                    (NpyError.UnreadableType "|f4")
                    (error (file 1 (entry "|f4" "False" "(1,)") content))

                Assert.equal
                    (NpyError.UnreadableType "|O")
                    (error (file 1 (entry "|O" "False" "(1,)") content))

            testTheory
                "a header that NumPy would not write is refused"
                [
                    ""
                    "{}"
                    "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }"
                    "{'descr': '<f4', 'fortran_order': False, 'shape': (1.0,), }"
                    "{'descr': '<f4', 'fortran_order': False, 'shape': (1 1,), }"
                    "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,), }"
                    "{'descr': '<f4', 'descr': '<f8', 'fortran_order': False, 'shape': (1,), }"
                    "{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (1,), }"
                    "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), } + 1"
                ]
            <| fun header ->
                Assert.equal (NpyError.BadHeader header) (error (file 1 header (singles [ 1f ])))

            testCase "sizes that overflow are refused"
            <| fun () ->
                let huge = string Int64.MaxValue
                let shape = String.replicate 64 $"{huge}, "

                Assert.equal
                    (NpyError.WrongLength(Int64.MaxValue, 4L))
                    (error (file 1 (entry "<f4" "False" $"({shape})") (singles [ 1f ])))

                Assert.equal
                    (NpyError.BadHeader "65 axes")
                    (error (
                        file
                            1
                            (entry "<f4" "False" $"""({String.replicate 65 "1, "})""")
                            (singles [ 1f ])
                    ))

                let empty = Npy.parse (file 1 (entry "<f4" "False" $"(0, {huge})") [||])
                Assert.isTrue empty.IsError

            testCase "a header made to stall a reader is refused"
            <| fun () ->
                let header =
                    String.replicate 2500 "{'descr':'<f4'(" + String.replicate 2000 "'shape':((1,"

                Assert.equal (NpyError.BadHeader header) (error (file 1 header (singles [ 1f ])))

                Assert.equal
                    (NpyError.BadHeader "4294967295 bytes")
                    (error (
                        Array.concat
                            [ [| 0x93uy |]; "NUMPY"B; [| 2uy; 0uy |]; Array.create 200 255uy ]
                    ))

            testCase "messages are short and obey no terminal"
            <| fun () ->
                for error in
                    [
                        NpyError.NotNpy
                        NpyError.UnknownVersion 9
                        NpyError.BadHeader("\027[2J" + String.replicate 1000 "x")
                        NpyError.UnreadableType "\027[2J\n"
                        NpyError.WrongLength(1L, 2L)
                    ] do
                    let text = error.Message
                    Expect.isTrue (Damage.isPlainLine text) text
                    Expect.isTrue (text.Length < 280) text

            testForMany
                300
                120
                "what is written comes back"
                (shape |> Gen.map (List.map byte >> Array.ofList))
                (fun sizes ->
                    let shape = sizes |> Array.map int64 |> List.ofArray

                    let values =
                        Array.init (int (List.fold (*) 1L shape)) (fun k -> float32 k * 0.5f)

                    let bytes =
                        Array.append (Npy.header "<f4" shape) (singles (List.ofArray values))

                    let array = parsed bytes
                    List.map int64 array.Shape = shape && Npy.toSingles array = values)

            testForMany 3000 120 "any bytes give an array or an error" bytes (fun bytes ->
                match Npy.parse bytes with
                | Ok array ->
                    (Npy.toSingles array).Length = (Npy.toFloats array).Length
                    && (Npy.toSingles array).Length = List.fold (*) 1 array.Shape
                | Error error -> Damage.isPlainLine (error.Message))
        ]
