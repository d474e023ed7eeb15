namespace UniRep.ModelFiles

open System
open System.IO
open System.Security.Cryptography
open System.Text
open UniRep

/// Fingerprints of files, in lower-case hexadecimal.
[<RequireQualifiedAccess>]
module internal Digest =
    let sha256 (path: string) =
        use stream = File.OpenRead path
        Convert.ToHexStringLower(SHA256.HashData stream)

    /// The id that git gives a file's content: SHA-1 of `blob LENGTH\0` and the bytes.
    let gitBlob (path: string) =
        use stream = File.OpenRead path
        use hash = IncrementalHash.CreateHash HashAlgorithmName.SHA1
        hash.AppendData(Encoding.ASCII.GetBytes $"blob {stream.Length}\000")
        let buffer = Array.zeroCreate<byte> 65536

        let rec append () =
            match stream.Read(buffer, 0, buffer.Length) with
            | 0 -> ()
            | count ->
                hash.AppendData(buffer, 0, count)
                append ()

        append ()
        Convert.ToHexStringLower(hash.GetHashAndReset())
