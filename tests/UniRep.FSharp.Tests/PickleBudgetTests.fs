module UniRep.Tests.PickleBudgetTests

open System
open UniRep
open UniRep.Formats
open UniRep.Tests.PickleExamples
open Expecto
open UniRep.Testing

/// Reads a pickle as a model's weights are read, and says how it ended and what memory it took on the way.
let private reading bytes =
    let before = GC.GetAllocatedBytesForCurrentThread()

    let ended =
        match Pickle.parse bytes with
        | Error error -> error.Message
        | Ok value ->
            match JaxPickle.tensors bytes.Length value with
            | Error found -> found
            | Ok tensors -> $"{tensors.Count} arrays"

    ended, GC.GetAllocatedBytesForCurrentThread() - before

/// Asserts that a pickle is refused, and has not taken many times its size.
let private assertRefused (reason: string) (bytes: byte[]) =
    let ended, taken = reading bytes
    Assert.contains reason ended
    Assert.isBetween 0L ((64L <<< 20) + 40L * int64 bytes.Length) taken

let private many count = String.replicate count

[<Tests>]
let tests =
    testList
        "PickleBudgetTests"
        [
            testCase "one text that becomes bytes again and again is refused"
            <| fun () ->
                let text = "X\000\000\008\000" + String('x', 0x80000)
                let encode = "c_codecs\nencode\nh\000\x8c\006latin1\x86R0"

                assertRefused
                    "bytes of memory"
                    (pickle 4 (text + "q\000" + many 20_000 encode + "."))

            testCase "one piece of bytes that becomes many arrays is refused"
            <| fun () ->
                let size = "\000\000\008\000"
                let bytes = "B" + size + String('x', 0x80000)

                for kind, order in [ "i1", "|"; "i1", "|" ] do
                    let array =
                        $"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\000\x85C\001b\x87R(K\001(J{size}tcnumpy\ndtype\nX\002\000\000\000{kind}\x89\x88\x87R(K\003X\001\000\000\000{order}NNNJ\255\255\255\255J\255\255\255\255K\000tb\x89h\000tb"

                    assertRefused
                        "bytes of memory"
                        (pickle 4 ("(" + bytes + "q\000" + many 900 array + "t."))

            testCase "one layer that is mentioned many times is refused"
            <| fun () ->
                let tensors = Waves.tensors 128 2
                let shared = layer tensors 1
                let layers = [ layer tensors 0; shared + "q\007" ] @ List.replicate 98 "h\007"
                assertRefused "the same arrays in many layers" (model tensors layers)

            testTheory
                "small values by the million are refused"
                [ "}"; "]"; ")"; "K\001\x85"; "N\x94"; "}]\x94"; "cnumpy\nndarray\n\x85" ]
            <| fun (instructions: string) ->
                assertRefused
                    "bytes of memory"
                    (pickle 4 (many (2_000_000 / instructions.Length) instructions))

            testCase "a memo number that no pickler gives takes no memory"
            <| fun () ->
                assertRefused
                    "memo 2147483647 is more than there can be"
                    (pickle 4 "Nr\255\255\255\127.")

                assertRefused
                    "memo 4294967295 is more than there can be"
                    (pickle 4 "Nr\255\255\255\255.")

            testCase "memo numbers in any order are remembered"
            <| fun () ->
                let put =
                    String.init 300 (fun k ->
                        $"K{char (k % 256)}r{char (k % 256)}{char (k / 256)}\000\000" + "0")

                Assert.equal
                    "(43,7)"
                    (shown (value (pickle 2 (put + "j\043\001\000\000h\007\x86."))))

            testCase "the parameters of a model are read within the budget"
            <| fun () ->
                let tensors = Waves.tensors 5 2

                match Pickle.parse (model tensors [ layer tensors 0; layer tensors 1 ]) with
                | Error error -> failtest (error.Message)
                | Ok value -> Assert.equal (Ok tensors) (JaxPickle.tensors 6000 value)

            testTheory "what Python writes of a large array stays within the budget" [ 2; 4 ]
            <| fun protocol ->
                use folder = new TestFolder()

                for kind in [ "f2"; "f4"; "f8"; "i1" ] do
                    let bytes =
                        dumped
                            folder
                            protocol
                            $"numpy.asfortranarray(numpy.arange(-2000000, 2000000).astype('{kind}').reshape(2000, 2000))"

                    match value bytes with
                    | PickleValue.NumPy array ->
                        Assert.equal 4_000_000 ((Npy.toSingles array).Length)
                    | other -> failtest $"%A{other}"
        ]
