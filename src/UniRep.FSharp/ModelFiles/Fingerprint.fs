namespace UniRep.ModelFiles

open System
open System.Runtime.InteropServices
open System.Security.Cryptography
open System.Text
open UniRep

[<RequireQualifiedAccess>]
module internal Fingerprint =
    /// The SHA-256 of names, shapes and values of all arrays, in hexadecimal.
    let ofWeights weights =
        use hash = IncrementalHash.CreateHash HashAlgorithmName.SHA256

        for name, tensor in Weights.toTensors weights do
            let sizes = tensor.Shape |> List.map string |> String.concat ","
            hash.AppendData(Encoding.UTF8.GetBytes $"{name}[{sizes}]")
            hash.AppendData(MemoryMarshal.AsBytes(ReadOnlySpan tensor.Values))

        Convert.ToHexStringLower(hash.GetHashAndReset())
