module UniRep.Tests.PickleTests

open System
open System.IO
open FsCheck.FSharp
open UniRep.Formats
open UniRep.Tests.PickleExamples
open Expecto
open UniRep.Testing

let private instructions =
    Gen.elements (
        List.ofSeq "()N.tbRqhrjKMJBCXGscuae]}01\x85\x86\x87\x88\x89\x8a\x8c\x93\x94\x95\000\001\002"
    )
    |> Gen.arrayOf
    |> Gen.map (fun letters -> pickle 4 (String letters))

let private bytes =
    Gen.oneof
        [
            Damage.after [||]
            Damage.after [| 0x80uy; 4uy |]
            instructions
            Damage.damaged (pickle 3 (array + "."))
            Damage.damaged (
                pickle 4 "(K\001\x94K\002q\005h\000h\005](K\001K\002e}X\001\000\000\000kK\003st."
            )
        ]

[<Tests>]
let tests =
    testList
        "PickleTests"
        [
            testCase "plain values of every kind are read"
            <| fun () ->
                let instructions =
                    "(N\x88\x89K\255M\001\001J\254\255\255\255\x8a\000\x8a\001\255\x8a\002\000\128\x8a\008\001\000\000\000\000\000\000\128"
                    + "G\063\240\000\000\000\000\000\000X\001\000\000\000a\x8c\002\195\169C\001\007B\001\000\000\000\008)K\001\x85K\001K\002\x86](K\001K\002e}X\001\000\000\000kK\003st."

                Assert.equal
                    "(None,True,False,255,257,-2,0,-1,-32768,-9223372036854775807,1,'a','é',07,08,(),(1),(1,2),[1,2],{k:3})"
                    (shown (value (pickle 4 instructions)))

            testCase "the memo gives back what was put in"
            <| fun () ->
                Assert.equal
                    "(1,2,1,2)"
                    (shown (value (pickle 4 "(K\001\x94K\002q\005h\000h\005t.")))

                Assert.equal
                    "(1,1)"
                    (shown (value (pickle 2 "K\001r\000\001\000\000j\000\001\000\000\x86.")))

                Assert.equal "memo 7 is empty" (isInconsistent "h\007.")

            testCase "an array as NumPy writes it is read"
            <| fun () -> Assert.equal "<f4[2][0.0; 1.0]" (shown (value (pickle 3 (array + "."))))

            testCase "an array of the other byte order is read"
            <| fun () ->
                let swapped =
                    array.Replace("<NNN", ">NNN").Replace("\000\000\128\063", "\063\128\000\000")

                Assert.equal ">f4[2][0.0; 1.0]" (shown (value (pickle 3 (swapped + "."))))

            testCase "arrays of NumPy 2 are read"
            <| fun () ->
                let renamed = array.Replace("numpy.core", "numpy._core")
                Assert.equal "<f4[2][0.0; 1.0]" (shown (value (pickle 3 (renamed + "."))))

            testTheory "what Python writes is read in every protocol" [ 2; 3; 4; 5 ]
            <| fun protocol ->
                use folder = new TestFolder()

                let bytes =
                    dumped
                        folder
                        protocol
                        "(numpy.arange(6, dtype='f4').reshape(2, 3), {'b': numpy.asfortranarray([[1., 2.], [3., 4.]]), 'a': numpy.arange(300, dtype='i8')[:3]}, (), [None, True, -1, 2**40, 0.5, 'é'])"

                Assert.equal
                    "(<f4[2; 3][0.0; 1.0; 2.0; 3.0; 4.0; 5.0],{b:<f8[2; 2][1.0; 2.0; 3.0; 4.0],a:<i8[3][0.0; 1.0; 2.0]},(),[None,True,-1,1099511627776,0.5,'é'])"
                    (shown (value bytes))

            testCase "many arrays sharing one memo are read"
            <| fun () ->
                use folder = new TestFolder()
                let bytes = dumped folder 4 "[numpy.full(3, k, dtype='f4') for k in range(400)]"

                match value bytes with
                | PickleValue.Items items ->
                    Assert.equal 400 items.Count
                    Assert.equal "<f4[3][399.0; 399.0; 399.0]" (shown items[399])
                | other -> failtest (shown other)

            testTheory
                "every other global is refused by name"
                [
                    "os", "system"
                    "posix", "system"
                    "builtins", "eval"
                    "numpy", "load"
                    "numpy.core.multiarray", "scalar"
                    "_codecs", "lookup"
                    "jax._src.array", "_reconstruct_array"
                ]
            <| fun (``module``: string, name: string) ->
                let text = $"{``module``}.{name}"
                let older = pickle 2 $"c{``module``}\n{name}\nX\002\000\000\000id\x85R."

                let newer =
                    pickle
                        4
                        $"\x8c{char ``module``.Length}{``module``}\x8c{char name.Length}{name}\x93\x8c\002id\x85R."

                Assert.equal (PickleError.ForbiddenGlobal text) (error older)
                Assert.equal (PickleError.ForbiddenGlobal text) (error newer)

            testCase "a pickle that would run a command is refused and runs nothing"
            <| fun () ->
                use folder = new TestFolder()
                let witness = folder.Path "witness"

                let bytes =
                    dumped
                        folder
                        4
                        $"type('Evil', (), {{'__reduce__': lambda self: (__import__('os').system, ('touch {witness}',))}})()"

                match error bytes with
                | PickleError.ForbiddenGlobal name ->
                    Assert.endsWith ".system" name

                    Assert.contains
                        "nothing was executed"
                        ((PickleError.ForbiddenGlobal name).Message)
                | other -> failtest (other.Message)

                Assert.isFalse (File.Exists witness)

            testCase "instructions that arrays never need are refused"
            <| fun () ->
                // INST, OBJ, NEWOBJ, BUILD of EXT1, PERSID, BINPERSID, NEXT_BUFFER, LONG4
                for instruction in [ 'i'; 'o'; '\x81'; '\x82'; 'P'; 'Q'; '\x97'; '\x8b' ] do
                    Assert.equal
                        (PickleError.ForbiddenOpcode(byte instruction, 3))
                        (error (pickle 4 $"N{instruction}"))

            testCase "calls with other arguments than NumPy's are refused"
            <| fun () ->
                let called = "a call with other arguments than NumPy's"
                Assert.equal called (isInconsistent "cnumpy\ndtype\nK\001\x85R.")
                Assert.equal called (isInconsistent "cnumpy\nndarray\n)R.")
                Assert.equal called (isInconsistent "K\001)R.")

                Assert.equal
                    called
                    (isInconsistent "cnumpy.core.multiarray\n_reconstruct\nNNN\x87R.")

                Assert.equal
                    called
                    (isInconsistent
                        "c_codecs\nencode\nX\001\000\000\000aX\005\000\000\000utf-8\x86R.")

                Assert.equal
                    "a text is not Latin-1"
                    (isInconsistent "c_codecs\nencode\n\x8c\003\226\130\172\x8c\006latin1\x86R.")

            testCase "instructions that contradict each other are refused"
            <| fun () ->
                Assert.equal "the stack is empty" (isInconsistent ".")
                Assert.equal "the stack is empty" (isInconsistent "t.")
                Assert.equal "more than one value is left" (isInconsistent "NN.")
                Assert.equal "a value is missing" (isInconsistent "(.")
                Assert.equal "a value is missing" (isInconsistent "cnumpy\nndarray\n.")
                Assert.equal "a dictionary is missing" (isInconsistent "NNNs.")
                Assert.equal "a dictionary is missing" (isInconsistent "}(Nu.")
                Assert.equal "a key is not a text" (isInconsistent "}K\001Ns.")

                Assert.equal
                    "a dictionary has the same key twice"
                    (isInconsistent "}(X\001\000\000\000kNX\001\000\000\000kNu.")

                Assert.equal "a list is missing" (isInconsistent "NNa.")
                Assert.equal "a tuple is missing" (isInconsistent "NNb.")
                Assert.equal "a state without an object" (isInconsistent "N)b.")
                Assert.equal "a global without a name" (isInconsistent "NN\x93.")
                Assert.equal "an integer of more than 64 bits" (isInconsistent "\x8a\009")
                Assert.equal "a text is not UTF-8" (isInconsistent "\x8c\001\255.")

                Assert.equal
                    "an array was never filled"
                    (isInconsistent
                        "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nNN\x87R.")

            testCase "an array whose bytes do not fit its shape is refused"
            <| fun () ->
                Assert.equal
                    "8 bytes expected, 7 found"
                    ((array.Replace("C\008\000", "C\007") + ".") |> isInconsistent)

                Assert.equal
                    "elements of type '<O8' are not read; floats and integers of at most 64 bits are: save the array as float32"
                    (isInconsistent (array.Replace("f4", "O8") + "."))

                Assert.equal
                    "a size is not an integer"
                    (isInconsistent (array.Replace("K\001K\002\x85", "K\001N\x85") + "."))

            testCase "bytes that are no pickle are told apart from pickles cut off"
            <| fun () ->
                Assert.equal PickleError.NotPickle (error [||])
                Assert.equal PickleError.NotPickle (error (ascii "(lp0\nI1\na."))
                Assert.equal PickleError.NotPickle (error (pickle 6 "N."))
                let whole = pickle 3 (array + ".")

                for length in 3 .. whole.Length - 1 do
                    Assert.equal (PickleError.CutOff length) (error (Array.truncate length whole))

            testCase "lengths beyond the file are refused without taking memory"
            <| fun () ->
                let cut instructions =
                    let bytes = pickle 4 instructions
                    Assert.equal (PickleError.CutOff bytes.Length) (error bytes)

                cut "B\255\255\255\255"
                cut "X\255\255\255\127"
                cut "\x8e\255\255\255\255\255\255\255\127"
                cut "\x8e\255\255\255\255\255\255\255\255"
                cut "\x8d\000\000\000\000\001\000\000\000"

            testCase "a hundred thousand instructions need neither stack nor time"
            <| fun () ->
                let many = String('N', 100_000)
                let nested = String.replicate 50_000 ")\x85"
                Assert.equal "more than one value is left" (isInconsistent (many + "."))
                Assert.equal "the stack is empty" (isInconsistent (many + "t."))
                Assert.equal "more than one value is left" (isInconsistent (nested + "."))

                match value (pickle 4 (")" + String('\x85', 100_000) + ".")) with
                | PickleValue.Tuple [| PickleValue.Tuple [| _ |] |] -> ()
                | _ -> failtest "nested tuples"

            testCase "an array of more axes than NumPy has is refused at once"
            <| fun () ->
                let sizes = "(" + String.replicate 200_000 "J\255\255\255\127" + "t"

                Assert.equal
                    "the array's header cannot be read: 200000 axes"
                    (isInconsistent (array.Replace("K\002\x85", sizes) + "."))

            testCase "messages are short and obey no terminal"
            <| fun () ->
                for error in
                    [
                        PickleError.NotPickle
                        PickleError.CutOff 1
                        PickleError.ForbiddenGlobal("\027[2J" + String.replicate 1000 "x")
                        PickleError.ForbiddenOpcode(1uy, 2)
                        PickleError.Inconsistent("it is odd", 3)
                    ] do
                    let text = error.Message
                    Expect.isTrue (Damage.isPlainLine text) text
                    Expect.isTrue (text.Length < 300) text

            testForMany 6000 120 "any bytes give a value or an error" bytes (fun bytes ->
                match Pickle.parse bytes with
                | Ok _ -> true
                | Error error -> Damage.isPlainLine (error.Message))
        ]
