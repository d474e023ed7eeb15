/// Bytes that are nearly a valid file.
module UniRep.Tests.Damage

open FsCheck
open FsCheck.FSharp

/// A place in some bytes; often near the beginning, where headers are.
let private place (bytes: byte[]) =
    let last = max 0 (bytes.Length - 1)
    Gen.oneof [ Gen.choose (0, last); Gen.choose (0, min last 200) ]

let private damagedOnce (bytes: byte[]) =
    gen {
        let! at = place bytes
        let! value = Gen.choose (0, 255) |> Gen.map byte
        let! kind = Gen.choose (0, 9)

        return
            match kind with
            | 0 -> Array.truncate at bytes
            | 1
            | 2 -> Array.insertAt at value bytes
            | 3
            | 4 when bytes.Length > 0 -> Array.removeAt at bytes
            | 5 -> Array.append bytes [| value |]
            | _ when bytes.Length > 0 -> Array.updateAt at value bytes
            | _ -> bytes
    }

/// The bytes after one to four changes.
let damaged (bytes: byte[]) =
    gen {
        let! count = Gen.choose (1, 4)
        let mutable changed = Gen.constant bytes

        for _ in 1..count do
            changed <- Gen.bind damagedOnce changed

        return! changed
    }

/// Arbitrary bytes, after a beginning that opens the door.
let after (beginning: byte[]) =
    Gen.choose (0, 255)
    |> Gen.map byte
    |> Gen.arrayOf
    |> Gen.map (Array.append beginning)

/// Whether a message is one line that a terminal shows as it is.
let isPlainLine (text: string) =
    text <> "" && not (Seq.exists System.Char.IsControl text)
